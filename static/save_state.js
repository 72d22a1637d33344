// The quiet word in the player's corner. `state` is "saved", "saving", "offline" or "" (nothing to say).
export function showSaveState(element, state) {
  element.dataset.state = state;
  element.textContent = state ? element.dataset[state] : "";
}
