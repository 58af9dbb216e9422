import { DroverError } from '#domain/kernel'

/** These bytes are no zip, or only a part of one. */
export function notAZip(length: number, why: string): DroverError {
  return new DroverError('solution.not-a-zip', `The ${length} bytes given are not a zip file (${why}).`, {
    hint: 'Give a solution file as the platform exports it: a .zip with solution.xml and customizations.xml in it. If it was downloaded, download it again.',
  })
}

/** What the zip says of itself is not so. */
export function corruptZip(message: string, cause?: unknown): DroverError {
  return new DroverError('solution.corrupt-zip', message, {
    hint: 'Export or download the solution again; this file is damaged or forged.',
    cause,
  })
}

/** A kind of zip that solutions never are; other programs may read it. */
export function foreignZip(message: string): DroverError {
  return new DroverError('solution.corrupt-zip', message, {
    hint: 'Export the solution again, or unpack this file with the program that made it and zip it with deflate, in one part.',
  })
}

/** The zip keeps its content or its directory secret. */
export function encryptedZip(message: string): DroverError {
  return new DroverError('solution.encrypted-zip', message, {
    hint: 'Solution files are not encrypted. Unpack it with its password and zip the files without one, or export the solution again.',
  })
}

/** More than the limits for solution files allow. */
export function tooLarge(message: string): DroverError {
  return new DroverError('solution.too-large', message, {
    hint: 'If this is a real solution, `drover solution` takes a larger --max-size (in MiB), and `openZip` other limits; otherwise do not trust the file.',
  })
}

/** A name that cannot be written as a file, here or on another system, without harm. */
export function unsafePath(message: string): DroverError {
  return new DroverError('solution.unsafe-path', message, {
    hint: 'Do not trust this file; export the solution again from its environment.',
  })
}
