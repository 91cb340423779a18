/** Tells what is due within the hour, once for each due date, and by the system's own notification on request. */
import { useQuery } from "@tanstack/preact-query";
import { useEffect, useState } from "preact/hooks";
import { listTasks, type Task } from "../api/client";
import { show } from "../notices";
import { shortMoment } from "../time";
import { useWords, words as spoken } from "../words";

/** As long before the due date as the worker's own reminder (REMINDER_LEAD_S). */
export const LEAD_MS = 3_600_000;
const LOOK_MS = 60_000;
const SHOWN = "toban.reminded";
const NOTIFY = "toban.notify";
const canNotify = "Notification" in globalThis;

export function Reminders() {
  const words = useWords();
  const { data } = useQuery({
    queryKey: ["soon"],
    queryFn: async ({ signal }) => {
      const now = Date.now() - (Date.now() % LOOK_MS);
      const between = { due_after: new Date(now).toISOString(), due_before: new Date(now + LEAD_MS).toISOString() };
      return (await listTasks({ ...between, sort: "due_date", limit: 20 }, signal)).items;
    },
    refetchInterval: LOOK_MS,
  });
  useEffect(() => {
    for (const task of data ?? []) if (task.status !== "DONE" && isNew(task)) remind(task);
  }, [data, words]);
  return null;
}

export function NotifySwitch() {
  const words = useWords();
  const [on, setOn] = useState(canNotify && Notification.permission === "granted" && localStorage.getItem(NOTIFY) === "on");
  if (!canNotify || Notification.permission === "denied") return null;
  const change = async (wanted: boolean) => {
    const granted = wanted && (await Notification.requestPermission()) === "granted";
    localStorage.setItem(NOTIFY, granted ? "on" : "off");
    setOn(granted);
  };
  return (
    <label class="check">
      <input type="checkbox" checked={on} onChange={(event) => void change(event.currentTarget.checked)} />
      {words.notify}
    </label>
  );
}

function isNew(task: Task): boolean {
  const shown = new Set((sessionStorage.getItem(SHOWN) ?? "").split(" "));
  const key = `${task.id}@${task.due_date}`;
  if (shown.has(key)) return false;
  sessionStorage.setItem(SHOWN, [...shown, key].join(" ").trim());
  return true;
}

function remind(task: Task): void {
  const text = spoken().reminder(task.title, shortMoment(task.due_date!, Date.now(), spoken().locale));
  show({ kind: "news", text, until: 0 });
  if (canNotify && Notification.permission === "granted" && localStorage.getItem(NOTIFY) === "on") {
    new Notification("Toban", { body: text, tag: String(task.id), icon: "/icon.svg" });
  }
}
