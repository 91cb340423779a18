/** Where a person is signed in, and an end to each. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { endAllSessions, endSession, listSessions, type OwnSession } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { Fault } from "../parts/Fault";
import { say } from "../notices";
import { forget } from "../session";
import { shortMoment, useNow } from "../time";
import { useWords, type Words } from "../words";

const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"], ["curl/", "curl"]] as const;
const SYSTEMS = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]] as const;

export function Sessions() {
  const words = useWords();
  const now = useNow();
  const cache = useQueryClient();
  const { data, error } = useQuery({ queryKey: ["sessions"], queryFn: listSessions });
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    document.title = words.titleOf(words.sessions);
  }, [words]);

  const act = async (work: () => Promise<void>) => {
    setProblem(null);
    try {
      await work();
    } catch (fault) {
      setProblem(asProblem(fault));
    }
  };
  const end = (session: OwnSession) => act(async () => {
    await endSession(session.id);
    if (session.current) return forget();
    await cache.invalidateQueries({ queryKey: ["sessions"] });
    say(words.sessionEnded);
  });
  const moment = (seconds: number) => shortMoment(new Date(seconds * 1000).toISOString(), now, words.locale);

  return (
    <section class="sessions">
      <h1>{words.sessions}</h1>
      <p class="quiet">{words.sessionsWhy}</p>
      <Fault problem={problem ?? (error && !data ? asProblem(error) : null)} />
      {!data && !error && <p class="quiet" role="status">{words.loading}</p>}
      <ul class="rows">
        {(data ?? []).map((it) => (
          <li key={it.id} class="session">
            <div>
              <p><strong>{deviceName(it.device, words)}</strong> {it.current && <span class="tag">{words.thisSession}</span>}</p>
              <p class="hint">{it.ip} · {words.seen(moment(it.seen_at))} · {words.since(moment(it.created_at))}</p>
            </div>
            <button type="button" aria-label={words.endSession(deviceName(it.device, words))} onClick={() => void end(it)}>{words.end}</button>
          </li>
        ))}
      </ul>
      <div class="actions">
        <Link href="/" class="button plain">{words.back}</Link>
        <button type="button" onClick={() => void act(async () => { await endAllSessions(); forget(); })}>{words.endAll}</button>
      </div>
    </section>
  );
}

/** Returns a browser's own long name in short; a name that a person or a program chose stays as it is. */
function deviceName(device: string, words: Words): string {
  const of = (names: readonly (readonly [string, string])[]) => names.find(([mark]) => device.includes(mark))?.[1];
  const [browser, system] = [of(BROWSERS), of(SYSTEMS)];
  if (browser && system) return words.on(browser, system);
  return device || words.unknownDevice;
}
