/**
 * Moments by the reader's zone: typed and shown as local time, sent as instants. A bare date never reaches
 * `Date`, which would take it for midnight in UTC, and so for the day before in half of the world.
 */
import { useEffect, useState } from "preact/hooks";

const DAY_MS = 86_400_000;
const TICK_MS = 30_000;
const two = (number: number) => String(number).padStart(2, "0");

let zone = "";

/** Returns the name of the reader's zone; not at the start: a browser's first look at its calendars takes 30 ms. */
export function readersZone(): string {
  return (zone ||= Intl.DateTimeFormat().resolvedOptions().timeZone);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns a formatter, made once: to make one costs more than a hundred uses. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, options)));
  return found;
}

/** Returns an instant as the text of `<input type=datetime-local>`; an empty text stands for none. */
export function toInput(instant: string | null): string {
  if (!instant) return "";
  const at = new Date(instant);
  const year = String(at.getFullYear()).padStart(4, "0");
  return `${year}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Returns the instant of a local time; null for none or an unfinished text. An hour that summer time skips moves on. */
export function fromInput(text: string): string | null {
  const found = /^(\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  const at = new Date(2000, 0, 1, hour, minute);
  at.setFullYear(year, month - 1, day);
  at.setHours(hour, minute, 0, 0);
  return Number.isNaN(at.getTime()) || year > 9999 ? null : at.toISOString();
}

/** Returns the first moment of the local day that lies `days` after the day of `now`. */
export function dayStart(now: number, days = 0): Date {
  const at = new Date(now);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days);
}

/** Returns a moment as short as it can be without doubt: "today 17:00", "Fri 09:00", "3 Jan 2030, 09:00". */
export function shortMoment(instant: string, now: number, locale: string): string {
  const at = new Date(instant);
  const days = Math.round((dayStart(at.getTime()).getTime() - dayStart(now).getTime()) / DAY_MS);
  const time = format(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  if (Math.abs(days) <= 1) {
    return `${new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")} ${time}`;
  }
  if (days > 1 && days < 7) return `${format(locale, { weekday: "short" }).format(at)} ${time}`;
  const year = at.getFullYear() === new Date(now).getFullYear() ? {} : ({ year: "numeric" } as const);
  return `${format(locale, { day: "numeric", month: "short", ...year }).format(at)} ${time}`;
}

/** Returns a moment with nothing left out, its zone included. */
export function fullMoment(instant: string, locale: string): string {
  return format(locale, { dateStyle: "full", timeStyle: "long" }).format(new Date(instant));
}

/** Returns the time of now, moving every half minute. */
export function useNow(every = TICK_MS): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
