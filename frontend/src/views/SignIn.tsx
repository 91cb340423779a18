/** Sign in, or make an account: one form, since the same two fields begin both. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { Fault } from "../parts/Fault";
import { Field } from "../parts/Field";
import { register, signIn } from "../session";
import { useWords } from "../words";

const NAME = /^[a-z0-9][a-z0-9_.-]{2,49}$/;
const ADDRESS = /^[a-z0-9_.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/;
const LEAST_PASSWORD = 12;

export function SignIn() {
  const words = useWords();
  const [isNew, setNew] = useState(false);
  return (
    <section class="sign-in">
      <h1>{isNew ? words.register : words.signIn}</h1>
      <Credentials isNew={isNew} />
      <button type="button" class="plain" onClick={() => setNew(!isNew)}>
        {isNew ? words.haveAccount : words.registerFirst}
      </button>
    </section>
  );
}

export function Credentials({ isNew = false, username = "" }: { isNew?: boolean; username?: string }) {
  const words = useWords();
  const [form, setForm] = useState({ username, email: "", password: "" });
  const [seen, setSeen] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const input = (name: keyof typeof form) => ({
    name,
    value: form[name],
    required: true,
    onInput: (event: { currentTarget: HTMLInputElement }) => setForm({ ...form, [name]: event.currentTarget.value }),
  });
  const wrong = {
    username: isNew && !NAME.test(form.username),
    email: isNew && !ADDRESS.test(form.email),
    password: isNew && [...form.password].length < LEAST_PASSWORD,
  };
  const fault = (name: keyof typeof form, text: string) =>
    (isNew && tried && wrong[name]) || problem?.blames(name) ? text : undefined;

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    const first = (Object.keys(wrong) as (keyof typeof wrong)[]).find((name) => wrong[name]);
    if (first) {
      (event.currentTarget as HTMLFormElement | null)?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      if (isNew) await register(form.username, form.email, form.password);
      else await signIn(form.username, form.password);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };

  const told = problem?.status === 401 ? words.wrongPassword : problem?.status === 409 ? words.nameTaken : undefined;
  return (
    <form class="stack" noValidate onSubmit={(event) => void send(event)}>
      <Field
        label={words.username}
        {...input("username")}
        hint={isNew ? words.usernameHint : ""}
        fault={fault("username", words.usernameHint)}
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        maxLength={100}
      />
      {isNew && (
        <Field
          label={words.email}
          {...input("email")}
          type="email"
          hint={words.emailHint}
          fault={fault("email", words.emailHint)}
          autocomplete="email"
          autocapitalize="none"
          maxLength={100}
        />
      )}
      <Field
        label={words.password}
        {...input("password")}
        type={seen ? "text" : "password"}
        hint={isNew ? words.passwordHint : ""}
        fault={fault("password", words.passwordHint)}
        autocomplete={isNew ? "new-password" : "current-password"}
        spellcheck={false}
        maxLength={128}
      />
      <label class="check">
        <input type="checkbox" checked={seen} onChange={(event) => setSeen(event.currentTarget.checked)} />
        {words.showPassword}
      </label>
      <Fault problem={problem} text={told} />
      <button type="submit" class="main" aria-disabled={busy}>
        {busy ? words.signingIn : isNew ? words.register : words.signIn}
      </button>
    </form>
  );
}
