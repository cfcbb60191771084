/* Read the rows, then draw. */

async function open() {
  const root = document.documentElement;
  if (matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
  const loading = document.getElementById("loading");
  try {
    if (!("DecompressionStream" in window)) throw new Error("This page needs a browser from 2023 or later.");
    await new Promise((then) => setTimeout(then, 20));
    window.page = new Page(await readAll());
    await window.page.start();
  } catch (error) {
    loading.hidden = false;
    loading.textContent = `The map could not be drawn: ${error.message} A report written with model.report needs neither JavaScript nor WebGL.`;
    throw error;
  }
}

open();
