/** The page on which a person confirms a device code; `message` is what came of the last try. */
export function confirmationPage(message = ''): string {
  const field = (name: string, label: string, type = 'text'): string =>
    `<p><label>${label}<br><input name="${name}" type="${type}" required autocomplete="off"></label></p>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Enter code</title></head>
<body><main><h1>Enter code to allow access</h1>
<p role="status">${escapeHtml(message)}</p>
<form method="post">${field('user_code', 'Code')}${field('username', 'User name')}${field('password', 'Password', 'password')}
<button>Sign in</button></form></main></body></html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
