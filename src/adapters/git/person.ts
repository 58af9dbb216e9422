/** `Name <mail>` as it is; any other name gets an address that cannot exist, because git wants one. */
export function readPerson(author: string): { readonly name: string; readonly email: string } {
  const written = /^([^<>]+)<([^<>\s]+)>$/.exec(author.trim())
  if (written?.[1] !== undefined && written[2] !== undefined) return { name: clean(written[1]), email: written[2] }
  const name = clean(author) || 'unknown'
  const mailbox = name.toLowerCase().replaceAll(/[^a-z0-9.+-]+/g, '-')
  return { name, email: `${mailbox}@drover.invalid` }
}

/** git takes these characters as marks of its own format. */
function clean(name: string): string {
  return name.replaceAll(/[<>\r\n\0]+/g, ' ').trim()
}
