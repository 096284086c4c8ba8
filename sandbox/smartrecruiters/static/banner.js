// The banner about cookies: covers the page until it is answered, once per browser.
"use strict";

const banner = document.getElementById("banner");
banner.hidden = document.cookie.includes("sr_consent=");
for (const button of banner.querySelectorAll("button")) {
  button.addEventListener("click", () => {
    document.cookie = `sr_consent=${button.textContent === "Accept all" ? "all" : "needed"}; max-age=31536000; secure; path=/`;
    banner.hidden = true;
  });
}
