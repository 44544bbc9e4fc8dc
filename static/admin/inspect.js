// Where the phone is, if it can tell and the inspector wants it noted.
const box = document.getElementById("locate");
if (box && navigator.geolocation && window.isSecureContext) {
  const [button, said] = [box.querySelector("button"), box.querySelector("[role=status]")];
  const [latitude, longitude] = box.querySelectorAll("input");
  box.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = "正在定位……";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(6);
        longitude.value = coords.longitude.toFixed(6);
        said.textContent = `已附上，误差约 ${Math.round(coords.accuracy)} 米`;
      },
      () => { said.textContent = "没有定到位。不附也可以。"; },
      { enableHighAccuracy: true, timeout: 20000 },
    );
  });
}
