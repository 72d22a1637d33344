// Shows the Share button where the device has a sheet of its own for sharing.
for (const button of document.querySelectorAll("[data-shares]")) {
  const data = { title: button.dataset.title, url: button.dataset.shares };
  button.hidden = !navigator.share || (navigator.canShare && !navigator.canShare(data));
  button.addEventListener("click", () => navigator.share(data).catch(() => {}));
}
