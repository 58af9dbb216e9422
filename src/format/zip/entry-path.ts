import { DroverError } from '#domain/kernel'

/** The entry's name with forward slashes; refuses names that would leave the folder they are unpacked into. */
export function safeEntryPath(name: string): string {
  const path = name.replaceAll('\\', '/')
  const segments = path.split('/')
  const isUnsafe =
    path === '' ||
    path.startsWith('/') ||
    /^[a-z]:/i.test(path) ||
    path.includes('\0') ||
    segments.some((part) => part === '..' || part === '.')
  if (isUnsafe || segments.slice(0, -1).includes('')) {
    throw new DroverError(
      'solution.unsafe-path',
      `The solution has a file named ${JSON.stringify(name)}, which points outside of the solution.`,
      {
        hint: 'Do not trust this file; export the solution again from its environment.',
      },
    )
  }
  return path
}
