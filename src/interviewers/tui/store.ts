import { reduce, type TuiAction } from './reduce.ts'
import type { TuiState } from './state.ts'

/** The state and those who look at it. React reads it through `useSyncExternalStore`. */
export interface Store {
  readonly get: () => TuiState
  readonly dispatch: (action: TuiAction) => void
  /** Returns what ends the subscription. */
  readonly subscribe: (listener: () => void) => () => void
}

export function createStore(initial: TuiState): Store {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    dispatch(action) {
      const next = reduce(state, action)
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
