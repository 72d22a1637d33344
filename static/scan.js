// Reads a QR code with the camera. Where the browser knows no BarcodeDetector, or refuses the camera, it takes a
// picture instead: the file field does that on a phone, and the service reads the code.
const form = document.getElementById("check");
const box = form.querySelector("[data-scan]");
const start = box.querySelector("[data-scan-start]");
const stop = box.querySelector("[data-scan-stop]");
const view = box.querySelector("[data-scan-view]");
const video = box.querySelector("video");
const words = box.querySelector("[data-scan-words]");
const file = form.querySelector("input[type=file]");
const text = form.querySelector("textarea");
const PAUSE = 150;

let stream = null;

const readsCodes = async () =>
  "BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");

const close = () => {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.srcObject = null;
  view.hidden = true;
  start.hidden = false;
};

const takePicture = () => {
  file.setAttribute("accept", "image/*");
  file.setAttribute("capture", "environment");
  file.addEventListener("change", () => { if (file.files.length) form.requestSubmit(); }, { once: true });
  file.click();
};

const look = async (detector) => {
  if (!stream) return;
  const [found] = await detector.detect(video).catch(() => []);
  if (!found) {
    setTimeout(look, PAUSE, detector);
    return;
  }
  close();
  text.value = found.rawValue;
  form.requestSubmit();
};

const scan = async () => {
  if (!(await readsCodes())) {
    takePicture();
    return;
  }
  view.hidden = false;
  start.hidden = true;
  words.textContent = words.dataset.looking;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    words.textContent = words.dataset.refused;
    return;
  }
  video.srcObject = stream;
  await video.play();
  look(new window.BarcodeDetector({ formats: ["qr_code"] }));
};

box.hidden = !navigator.mediaDevices?.getUserMedia;
start.addEventListener("click", scan);
stop.addEventListener("click", close);
