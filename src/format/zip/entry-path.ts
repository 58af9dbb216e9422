import { unsafePath } from './zip-error.ts'

/**
 * The entry's name with forward slashes. Refuses names that would leave the folder they are unpacked into, and names that mean
 * something else on another system: solutions are unpacked on Windows and on others, and one file must be one file everywhere.
 */
export function safeEntryPath(name: string): string {
  const path = name.replaceAll('\\', '/')
  const fault = faultOf(path)
  if (fault !== undefined) throw unsafePath(`The solution has a file named ${shown(name)}, which ${fault}.`)
  return path
}

const longestShown = 200
/** C0 and C1 control characters and DEL. */
const controlCharacter = /\p{Cc}/u
const loneSurrogate = /\p{Surrogate}/u
const drive = /^[a-z]:/i
const parentFolder = /(?:^|\/)\.\.(?:\/|$)/
const noName = /(?:^|\/)\.?(?:\/|$)/
const endsInDotOrSpace = /[. ](?:\/|$)/
/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file: also with any extension, and with spaces before it. */
const windowsDevice = /(?:^|\/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:[./]|$)/i
/** With its short name on Windows. */
const gitFolder = /(?:^|\/)(?:\.git|git~1)(?:\/|$)/i
/** HFS+ leaves them out when it compares names. */
const unseenCharacters = /\p{Cf}/gu

function faultOf(path: string): string | undefined {
  if (path === '') return 'is no name'
  if (controlCharacter.test(path)) return 'has a control character in its name'
  if (loneSurrogate.test(path)) return 'is no valid Unicode'
  if (path.startsWith('/') || drive.test(path) || parentFolder.test(path)) return 'points outside of the solution'
  // A folder is named with a slash at the end.
  if (noName.test(path.endsWith('/') ? path.slice(0, -1) : path)) return 'has an empty name or a single dot in its path'
  if (path.includes(':')) return 'would be written into a hidden stream of another file on Windows'
  if (endsInDotOrSpace.test(path)) return 'has a dot or space at the end of a name, which Windows drops'
  if (windowsDevice.test(path)) return 'is the name of a device on Windows'
  if (gitFolder.test(path.replace(unseenCharacters, ''))) return 'would be written into Git itself'
  return undefined
}

function shown(name: string): string {
  return JSON.stringify(name.length > longestShown ? `${name.slice(0, longestShown)}…` : name)
}
