/** A labelled field with its hint and its fault, tied to it for those who hear the page. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface Props extends Omit<JSX.IntrinsicElements["input"], "label"> {
  label: string;
  hint?: string;
  fault?: string | undefined;
}

export function Field({ label, hint, fault, ...input }: Props) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...input} id={id} aria-describedby={described || undefined} aria-invalid={fault ? true : undefined} />
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {fault && <p class="fault" id={`${id}-fault`}>{fault}</p>}
    </div>
  );
}

interface SelectProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onPick: (value: T) => void;
  /** Whether the label is seen, or heard alone. */
  bare?: boolean;
  children?: JSX.Element | false | null | undefined;
}

export function Select<T extends string>({ label, value, options, onPick, bare, children }: SelectProps<T>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={bare ? "heard" : undefined}>{label}</label>
      <select id={id} value={value} onChange={(event) => onPick(event.currentTarget.value as T)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
      {children}
    </div>
  );
}
