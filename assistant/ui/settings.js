// The Settings tab: drawn by the server whenever it is opened, each choice kept at once.
((self) => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);

  const draw = async () => {
    const reply = await self.call("settings_page");
    if (reply.error) return self.notice(reply.error);
    $("#settings-page").innerHTML = reply.html; // escaped by the server
    const theme = $(`#settings-page [name="theme"][value="${self.theme()}"]`);
    if (theme) theme.checked = true;
  };

  const choose = async (input) => {
    if (input.name === "theme") return self.setTheme(input.value);
    const reply = await self.call("settings_choose", { name: input.name, value: input.value });
    self.notice(reply.error || reply.note);
    if (reply.error) draw();
  };

  const useModel = async (url, model) => {
    const said = $("#model-said");
    const buttons = document.querySelectorAll("#model-form button");
    for (const button of buttons) button.disabled = true;
    said.textContent = self.texts.TRYING_MODEL;
    const reply = await self.call("settings_model", { url, model });
    for (const button of buttons) button.disabled = false;
    said.textContent = reply.error || "";
    said.classList.toggle("trouble", Boolean(reply.error));
    if (reply.error) return;
    self.notice(reply.note);
    self.libraryChanged(); // it draws anew who may write the answer
    await draw();
    $("#model-form button").focus();
  };

  self.startSettings = () => {
    if (self.settingsStarted) return;
    self.settingsStarted = true;
    document.addEventListener("click", (event) => {
      const tab = event.target.closest('[role="tab"]');
      if (tab && tab.textContent.trim() === self.texts.SETTINGS_TAB) draw();
      if (event.target.closest("[data-no-model]")) useModel("", "");
    });
    document.addEventListener("change", (event) => event.target.closest("[data-setting]") && choose(event.target));
    document.addEventListener("submit", (event) => {
      if (event.target.id !== "model-form") return;
      event.preventDefault();
      useModel(event.target.elements.model_url.value, event.target.elements.model.value);
    }, true);
  };
})(window.assistantWindow);
