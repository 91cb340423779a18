/** The session has ended under an open page: signing in lies over it, and what was typed stays below. */
import { useQueryClient } from "@tanstack/preact-query";
import type { Account } from "../api/client";
import { Dialog } from "../parts/Dialog";
import { useWords } from "../words";
import { Credentials } from "./SignIn";

export function SignInAgain() {
  const words = useWords();
  const known = useQueryClient().getQueryData<Account>(["me"]);
  return (
    <Dialog title={words.signInAgain}>
      <p>{words.signInAgainWhy}</p>
      <Credentials username={known?.username ?? ""} />
    </Dialog>
  );
}
