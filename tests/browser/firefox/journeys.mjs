// Three journeys in Firefox over WebDriver BiDi: come in, work, meet a conflict. Prints one line for each that went well.
// node journeys.mjs FIREFOX URL NAME PASSWORD; its libraries lie in frontend/node_modules.
import assert from "node:assert";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [program, url, name, password, libraries] = process.argv.slice(2);
const { default: puppeteer } = await import(pathToFileURL(createRequire(libraries).resolve("puppeteer-core")).href);
const browser = await puppeteer.launch({ browser: "firefox", executablePath: program, headless: true });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  const shown = (selector) => page.locator(selector).wait();
  const gone = (selector) => page.waitForFunction((it) => !document.querySelector(it), {}, selector);

  await page.goto(url);
  await page.locator("input[name=username]").fill(name);
  await page.locator("input[name=password]").fill(password);
  await page.locator("button[type=submit]").click();
  await shown(".task");
  await page.reload();
  await shown(".task");
  assert.equal(await page.evaluate(() => document.cookie), "");
  console.log("comes in, and stays in over a reload");

  await page.locator("#add").fill("by Firefox");
  await page.keyboard.press("Enter");
  await shown("button[aria-label='Edit by Firefox']");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("d");
  await shown("button[aria-label='Done: by Firefox'][aria-pressed=true]");
  await page.keyboard.press("x");
  await shown(".bulk");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Delete");
  await gone("button[aria-label='Edit by Firefox']");
  await page.keyboard.press("z");
  await shown("button[aria-label='Edit by Firefox']");
  console.log("works by keys, and takes a deletion back");

  await page.locator("button[aria-label='Edit by Firefox']").click();
  await page.locator("dialog textarea").fill("mine");
  // Another device of the same person, with a token of its own.
  await page.evaluate(async (username, secret) => {
    const ask = async (path, method, body, more = {}) => {
      const headers = { "Content-Type": "application/json", ...more };
      return (await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
    };
    const { access_token: token } = await ask("auth/login", "POST", { username, password: secret });
    const more = { Authorization: `Bearer ${token}` };
    const { items } = await ask("tasks", "GET", undefined, more);
    const mine = items.find((it) => it.title === "by Firefox");
    await ask(`tasks/${mine.id}`, "PATCH", { description: "theirs" }, { ...more, "If-Match": "*" });
  }, name, password);
  await page.locator("dialog button[type=submit]").click();
  await shown("dialog .theirs");
  assert.equal(await page.$eval("dialog textarea", (it) => it.value), "mine");
  await page.locator("dialog .theirs button").click();
  await page.waitForFunction(() => document.querySelector("dialog textarea").value === "theirs");
  await page.locator("dialog button[type=submit]").click();
  await gone("dialog");
  console.log("shows theirs beside mine");
  assert.deepEqual(faults, []);
} finally {
  await browser.close();
}
