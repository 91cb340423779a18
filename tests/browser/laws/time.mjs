// What turns local times and instants into each other, for the zone in TZ: node time.mjs MODULE.
import assert from "node:assert";
import { pathToFileURL } from "node:url";

const { fromInput, toInput, shortMoment, dayStart } = await import(pathToFileURL(process.argv[2]));
// Every local minute around both changes of the clock comes back as it went in, but for the hour that is skipped.
for (const day of ["2030-03-10", "2030-03-31", "2030-10-27", "2030-11-03", "2030-07-01", "0001-01-01", "9999-12-31"])
  for (let minute = 0; minute < 1440; minute += 7) {
    const text = `${day}T${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    const instant = fromInput(text);
    const back = toInput(instant);
    const skipped = process.env.TZ === "America/New_York" && text.startsWith("2030-03-10T02");
    assert.equal(back, skipped ? text.replace("T02", "T03") : text);
    if (day.startsWith("2030")) assert.equal(toInput(instant), toInput(new Date(Date.parse(instant)).toISOString()));
  }
for (const text of ["", "2030-01-01", "nonsense", "2030-01-01T", "10000-01-01T00:00"]) assert.equal(fromInput(text), null, text);
assert.equal(toInput(null), "");
const now = Date.parse(fromInput("2030-03-10T12:00"));
assert.equal(dayStart(now, 1) - dayStart(now), process.env.TZ === "America/New_York" ? 23 * 3600e3 : 24 * 3600e3);
assert.equal(shortMoment(fromInput("2030-03-11T00:30"), now, "en-GB"), "tomorrow 00:30");
assert.equal(shortMoment(fromInput("2030-03-09T23:30"), now, "ja-JP"), "昨日 23:30");
