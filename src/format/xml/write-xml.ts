import { DroverError } from '#domain/kernel'
import type { XmlElement } from '../package.ts'

export interface XmlWriteOptions {
  /** Spaces per level; 0 writes everything on one line. Default 2. */
  readonly indent?: number
  readonly lineEnd?: '\r\n' | '\n'
  /** With `<?xml version="1.0" encoding="utf-8"?>` in front. */
  readonly hasDeclaration?: boolean
  readonly hasByteOrderMark?: boolean
}

/** As the platform writes solution.xml and customizations.xml: indented, CRLF, neither declaration nor byte order mark. */
export const serverStyle: XmlWriteOptions = { indent: 2, lineEnd: '\r\n', hasDeclaration: false, hasByteOrderMark: false }
/** As SolutionPackager writes the files that it splits out. */
export const packagerStyle: XmlWriteOptions = { indent: 2, lineEnd: '\n', hasDeclaration: true, hasByteOrderMark: true }
/** On one line, nothing around it. */
export const compactStyle: XmlWriteOptions = { indent: 0, lineEnd: '\n', hasDeclaration: false, hasByteOrderMark: false }

export function writeXml(_root: XmlElement, _options: XmlWriteOptions = serverStyle): string {
  throw new DroverError('format.unfinished', 'Being built.')
}
