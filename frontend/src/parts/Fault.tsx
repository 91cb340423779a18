/** A fault in words, said at once, with the server's own words below it in the language in which they come. */
import type { Problem } from "../api/problem";
import { useWords } from "../words";

export function Fault({ problem, text }: { problem: Problem | null; text?: string | undefined }) {
  const words = useWords();
  return (
    <div role="alert" class={problem ? "fault box" : undefined}>
      {problem && (
        <>
          <p>{text ?? words.problem(problem)}</p>
          {problem.status >= 500 && problem.message && <p class="hint" lang="en">{problem.message}</p>}
        </>
      )}
    </div>
  );
}
