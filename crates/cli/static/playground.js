// Puts a button beside every text that can be copied. Without it, the texts can be marked by hand.
const { copy, copied } = document.body.dataset;
for (const text of document.querySelectorAll("pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet copy";
  button.textContent = copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = copied;
    } catch {
      // Where the clipboard is not to be had, the text is marked instead.
      getSelection().selectAllChildren(text);
    }
    setTimeout(() => { button.textContent = copy; }, 2000);
  });
  const frame = document.createElement("div");
  frame.className = "copied";
  text.replaceWith(frame);
  frame.append(text, button);
}
