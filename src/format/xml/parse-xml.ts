import { DroverError } from '#domain/kernel'
import type { XmlElement } from '../package.ts'

/** Reads an XML document; `path` is named in errors. */
export function parseXml(_source: string | Uint8Array, _path: string): XmlElement {
  throw new DroverError('format.unfinished', 'Being built.')
}
