// Turns the numbered lines of an ordering into lines that move, by button and by keyboard.
// The numbers stay in the form: they are what is sent, with and without a script.
export function makeMovable(list, moved) {
  const lines = () => [...list.children];
  const select = (line) => line.querySelector("select");
  const hint = document.getElementById("hint");
  const voice = document.createElement("p");
  voice.className = "visually-hidden";
  voice.setAttribute("role", "status");
  list.after(voice);
  if (hint) hint.textContent = list.dataset.hint;

  const number = () => lines().forEach((line, index) => { select(line).value = String(index + 1); });

  function move(line, step, button) {
    const neighbour = step < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!neighbour) return;
    if (step < 0) neighbour.before(line);
    else neighbour.after(line);
    number();
    button.focus();
    const place = lines().indexOf(line) + 1;
    voice.textContent = list.dataset.moved.replace("{place}", place);
    moved();
  }

  if (lines().every((line) => select(line).value)) {
    lines().sort((one, other) => select(one).value - select(other).value).forEach((line) => list.append(line));
  }
  for (const line of lines()) {
    select(line).hidden = true;
    const text = line.querySelector("span").textContent;
    for (const [step, sign, words] of [[-1, "↑", list.dataset.up], [1, "↓", list.dataset.down]]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button quiet move", textContent: sign });
      button.setAttribute("aria-label", `${words}: ${text}`);
      button.addEventListener("click", () => move(line, step, button));
      line.append(button);
    }
  }
  return { number };
}
