// The one-time code stands behind '#' in the link: no browser sends it, so no log has it. Put it into its field.
const code = document.getElementById("code");
const told = decodeURIComponent(location.hash.slice(1));
if (code && told && !code.value) {
  code.value = told;
  history.replaceState(null, "", location.pathname);
}
