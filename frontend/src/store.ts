/** A value that the page watches: small, without a library, and shared by modules that know no component. */
import { useLayoutEffect, useState } from "preact/hooks";

export interface Store<T> {
  get(): T;
  set(next: T): void;
  watch(heard: () => void): () => void;
}

export function store<T>(first: T): Store<T> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const heard of [...watchers]) heard();
    },
    watch(heard) {
      watchers.add(heard);
      return () => watchers.delete(heard);
    },
  };
}

/** Returns the store's value, and renders again when it changes. */
export function useStore<T>(watched: Store<T>): T {
  const [value, setValue] = useState(watched.get());
  useLayoutEffect(() => {
    const read = () => setValue(() => watched.get());
    read();
    return watched.watch(read);
  }, [watched]);
  return value;
}
