// A file or an address may be let go anywhere on the form, and is checked at once; a chosen file waits for the button.
const form = document.getElementById("check");
const file = form.querySelector("input[type=file]");
const text = form.querySelector("textarea");
const words = form.querySelector(".drop-words");
let depth = 0;

const over = (isOver) => {
  form.classList.toggle("is-over", isOver);
  words.hidden = !isOver;
};

const leave = () => {
  depth = 0;
  over(false);
};

form.addEventListener("dragenter", (event) => {
  event.preventDefault();
  depth += 1;
  over(true);
});
form.addEventListener("dragover", (event) => event.preventDefault());
form.addEventListener("dragleave", () => {
  depth -= 1;
  if (depth <= 0) leave();
});
form.addEventListener("drop", (event) => {
  event.preventDefault();
  leave();
  const given = event.dataTransfer;
  if (given.files.length) {
    file.files = given.files;
  } else {
    const address = given.getData("text/uri-list") || given.getData("text/plain");
    if (!address) return;
    text.value = address.trim();
  }
  form.requestSubmit();
});
