import type { XmlElement } from '#format'
import { attributeOf, child, childElements, childText, parseXml } from '#format'

/** What the data document of an import job says of one component, or of the whole (web-api B.5). */
export interface LogEntry {
  /** Name of the element, such as `workflow`, or `solutionManifest` for the whole. */
  readonly element: string
  readonly id: string
  readonly localizedName: string
  readonly originalName: string
  readonly time: string
  readonly result: string
  readonly code: string
  readonly text: string
}

export interface ImportLog {
  /** The SolutionManifest as the document repeats it. */
  readonly manifest: XmlElement | undefined
  readonly entries: readonly LogEntry[]
}

/** Reads `importjob.data`; an empty one says nothing. */
export function readImportLog(data: string): ImportLog {
  if (data === '') return { manifest: undefined, entries: [] }
  const root = parseXml(data, 'importjob.data')
  return { manifest: child(child(root, 'solutionManifests'), 'solutionManifest'), entries: entriesIn(root) }
}

/** Texts of all entries with a result, each once. */
export function textsOf(log: ImportLog, result: 'failure' | 'warning'): readonly string[] {
  return [...new Set(log.entries.filter((entry) => entry.result === result).map((entry) => entry.text))]
}

/** Whether the whole went in: the manifest's own result decides (web-api B.5). */
export function isPassed(log: ImportLog): boolean {
  return log.entries.every((entry) => entry.element !== 'solutionManifest' || entry.result !== 'failure')
}

function entriesIn(element: XmlElement): LogEntry[] {
  const result = child(element, 'result')
  const inside = childElements(element).flatMap(entriesIn)
  return result === undefined ? inside : [entryOf(element, result), ...inside]
}

function entryOf(element: XmlElement, result: XmlElement): LogEntry {
  return {
    element: element.name,
    id: attributeOf(element, 'id') ?? childText(element, 'UniqueName') ?? '',
    localizedName: attributeOf(element, 'LocalizedName') ?? '',
    originalName: attributeOf(element, 'OriginalName') ?? '',
    time: attributeOf(result, 'datetime') ?? '',
    result: attributeOf(result, 'result') ?? '',
    code: attributeOf(result, 'errorcode') ?? '',
    text: attributeOf(result, 'errortext') ?? '',
  }
}
