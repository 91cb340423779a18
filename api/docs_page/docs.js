// Sends what a form says, and shows the whole answer. Nothing is kept: the token goes with the page.
const token = document.querySelector("#token");

function request(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = new Headers();
  for (const field of form.querySelectorAll("input[data-in]")) {
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (field.value === "") continue;
    else if (field.dataset.in === "query") query.append(field.name, field.value);
    else headers.set(field.name, field.value);
  }
  if (token.value) headers.set("Authorization", `Bearer ${token.value.trim()}`);
  const body = form.querySelector("textarea")?.value;
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const asked = query.toString();
  return [path + (asked ? `?${asked}` : ""), { method: form.dataset.method, headers, body, cache: "no-store" }];
}

async function send(form) {
  const output = form.querySelector("output");
  output.textContent = "…";
  try {
    const answer = await fetch(...request(form));
    const text = await answer.text();
    let shown = text;
    try {
      const read = JSON.parse(text);
      shown = JSON.stringify(read, null, 2);
      if (read.access_token) token.value = read.access_token;
    } catch {
      // No JSON: it is shown as it came.
    }
    const fields = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    output.textContent = `${answer.status} ${answer.statusText}\n${fields}\n\n${shown}`;
  } catch (error) {
    output.textContent = `No answer: ${error.message}`;
  }
}

for (const form of document.querySelectorAll("form[data-path]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
