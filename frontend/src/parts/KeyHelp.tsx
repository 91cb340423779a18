/** The list of keys, on `?`. */
import { helpOpen, keysOn, switchKeys, useKeys } from "../keys";
import { useStore } from "../store";
import { useWords } from "../words";
import { Dialog } from "./Dialog";

export function KeyHelp() {
  const words = useWords();
  const open = useStore(helpOpen);
  const on = useStore(keysOn);
  useKeys({ "?": () => helpOpen.set(true) });
  if (!open) return null;
  const close = () => helpOpen.set(false);
  return (
    <Dialog title={words.keys} onClose={close}>
      <dl class="keys">
        {Object.entries(words.keyNames).map(([key, meaning]) => (
          <div key={key}><dt><kbd>{key}</kbd></dt><dd>{meaning}</dd></div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={on} onChange={(event) => switchKeys(event.currentTarget.checked)} />
        {words.keysOn}
      </label>
      <p class="hint">{words.keysHint}</p>
      <div class="actions"><button type="button" onClick={close}>{words.close}</button></div>
    </Dialog>
  );
}
