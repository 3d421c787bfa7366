// The name of the file that a field holds, where the page says that none is chosen.

export const enhance = (part) => {
  for (const input of part.querySelectorAll("input[type=file]")) naming(input);
};

const naming = (input) => {
  const said = input.closest(".file").querySelector(".file__said");
  const none = said.textContent;
  const name = () => {
    const { length } = input.files;
    said.textContent = length > 1 ? `${length} fichiers choisis` : (input.files[0]?.name ?? none);
  };
  input.addEventListener("change", name);
  name();
};
