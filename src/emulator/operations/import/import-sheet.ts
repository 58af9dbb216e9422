import type { XmlElement, XmlNode } from '#format'
import { attributeOf, child, childElements, childText, compactStyle, element, writeXml } from '#format'
import type { Row } from '../../store/store.ts'
import type { ImportLog, LogEntry } from './import-log.ts'

/**
 * An import job as an Excel 2003 XML workbook with the sheets Solution and Components, as a recorded reply has them. Without its styles
 * and its lines of the platform's own steps.
 */
export function importSheet(job: Row, log: ImportLog): string {
  const book = element('Workbook', namespaces, [
    element('ExcelWorkbook', { xmlns: namespaces['xmlns:x'] }, [
      element('ActiveSheet', {}, ['0']),
      element('ProtectStructure', {}, ['False']),
      element('ProtectWindows', {}, ['False']),
    ]),
    sheet('Solution', solutionRows(job, log)),
    sheet('Components', [columnNames, ...log.entries.map(componentRow)]),
  ])
  return `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>${writeXml(book, compactStyle)}`
}

const namespaces = {
  xmlns: 'urn:schemas-microsoft-com:office:spreadsheet',
  'xmlns:o': 'urn:schemas-microsoft-com:office:office',
  'xmlns:x': 'urn:schemas-microsoft-com:office:excel',
  'xmlns:ss': 'urn:schemas-microsoft-com:office:spreadsheet',
  'xmlns:html': 'http://www.w3.org/TR/REC-html40',
}

const columnNames = [
  'Date/Time',
  'ItemType',
  'Id',
  'Name',
  'Localized Name',
  'Original Name',
  'Description',
  'Status',
  'ErrorCode',
  'ErrorText',
]

function solutionRows(job: Row, log: ImportLog): readonly (readonly string[])[] {
  const { manifest } = log
  const publisher = child(manifest, 'Publisher')
  const whole = log.entries.find((entry) => entry.element === 'solutionManifest')
  return [
    ['Solution'],
    ['Name', childText(manifest, 'UniqueName') ?? ''],
    ['Display Name', attributeOf(manifest, 'LocalizedName') ?? ''],
    ['Description', labelIn(manifest, 'Descriptions')],
    ['Version', childText(manifest, 'Version') ?? ''],
    ['Package Type', childText(manifest, 'Managed') === '1' ? 'Managed' : 'Unmanaged'],
    [],
    ['Publisher'],
    ['Name', childText(publisher, 'UniqueName') ?? ''],
    ['Display Name', labelIn(publisher, 'LocalizedNames')],
    ['Description', labelIn(publisher, 'Descriptions')],
    [],
    ['Status', whole === undefined ? 'Unprocessed' : statusOf(whole)],
    ['Message', whole?.text ?? ''],
    ['Progress [%]', String(job.progress ?? 0)],
    ['Duration [s]', String(secondsOf(job))],
    ['StartTime [s]', String(job.startedon ?? '')],
    ['StopTime [s]', String(job.completedon ?? '')],
  ]
}

function labelIn(node: XmlElement | undefined, list: string): string {
  const [first] = childElements(child(node, list))
  return attributeOf(first, 'description') ?? ''
}

function secondsOf(job: Row): number {
  const milliseconds = Date.parse(String(job.completedon)) - Date.parse(String(job.startedon))
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1000
}

/** Item types as recorded, for the elements that were; the others stand under their element's own name. */
const itemTypes: Readonly<Record<string, string>> = {
  solutionManifest: 'Solution',
  entity: 'Entity',
  rootComponent: 'Root Components Insertion',
}

function componentRow(entry: LogEntry): readonly string[] {
  const code = entry.code === '0' ? '' : entry.code
  const type = itemTypes[entry.element] ?? entry.element
  return [entry.time, type, '', entry.id, entry.localizedName, entry.originalName, '', statusOf(entry), code, entry.text]
}

/** Only Processed and Unprocessed were recorded. */
function statusOf(entry: LogEntry): string {
  switch (entry.result) {
    case 'success':
      return 'Processed'
    case 'warning':
      return 'Warning'
    default:
      return 'Failure'
  }
}

function sheet(name: string, rows: readonly (readonly string[])[]): XmlElement {
  return element('Worksheet', { 'ss:Name': name }, [element('Table', {}, rows.map(rowXml))])
}

function rowXml(cells: readonly string[]): XmlElement {
  return element(
    'Row',
    { 'ss:AutoFitHeight': '0' },
    cells.map((text) => element('Cell', {}, [data(text)])),
  )
}

function data(text: string): XmlElement {
  const content: XmlNode[] = text === '' ? [] : [{ type: 'text', text }]
  return { ...element('Data', { 'ss:Type': 'String' }), children: content, isSelfClosed: false }
}
