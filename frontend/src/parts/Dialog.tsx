/** A native modal dialog: the browser keeps the focus inside, and gives it back at the end. */
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  /** Esc and the back of the dialog ask for the end; without it the dialog stays. */
  onClose?: () => void;
  class?: string;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, class: name, children }: Props) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  // Before the next key can come: keys below an open dialog must rest.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={name}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onKeyDown={(event) => {
        // Chromium closes at the second Esc even when the first was declined.
        if (event.key === "Escape" && !event.isComposing) {
          event.preventDefault();
          onClose?.();
        }
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
