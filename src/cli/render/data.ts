import type { DataWorkReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { stateText, timeText } from './words.ts'

/** One filling or look for people: what was written, by which rules, and what was found that should not be there. */
export function dataText(work: DataWorkReply, paint: Paint): string {
  const { request, status } = work
  const what = request.kind === 'scan' ? 'Scan of' : 'Data for'
  const from =
    request.sourceId === undefined
      ? request.synthetic === undefined
        ? ''
        : `, ${request.synthetic} made-up rows of each table`
      : `, ${request.kind === 'scan' ? 'against' : 'from'} ${request.sourceId}`
  const head = `${paint.bold(`${what} ${request.environmentId}`)}${from}  ${stateText(status.state, paint)}\n${request.id}, asked for by ${work.requestedBy} ${timeText(work.requestedAt)}\n`
  const broke = status.state === 'errored' ? `${paint.red(status.code)} ${status.message}\n` : ''
  const wait =
    status.state === 'waiting'
      ? `It waits for somebody else who answers for the data of ${request.sourceId ?? request.environmentId}: drover data approve ${request.id}\n`
      : ''
  return `${head}${wait}${broke}${decisionText(work)}${writtenText(work, paint)}${planText(work, paint)}${notesText(work)}${scanText(work, paint)}`
}

function decisionText({ decision }: DataWorkReply): string {
  if (decision === undefined) return ''
  return `${decision.verdict === 'approve' ? 'Let go' : 'Refused'} by ${decision.by} ${timeText(decision.at)}${decision.comment === '' ? '' : `: ${decision.comment}`}\n`
}

function writtenText({ done }: DataWorkReply, paint: Paint): string {
  if (done.length === 0) return ''
  const rows = done.map((each) => [each.table, each.part, String(each.written), String(each.kept), String(each.refused)])
  const list = table({ headings: ['TABLE', 'PART', 'WRITTEN', 'KEPT', 'REFUSED'], rows, whenEmpty: '' }, paint)
  const examples = done.flatMap((each) => each.examples.map(({ id, message }) => `  ${each.table} ${id}: ${message}\n`))
  return `\n${list}${examples.join('')}`
}

function planText({ plan }: DataWorkReply, paint: Paint): string {
  const rows = plan.flatMap((each) =>
    each.columns.map(({ column, rule, isNamed }) => [each.table, column, rule, isNamed ? 'rules' : 'default']),
  )
  return rows.length === 0 ? '' : `\n${table({ headings: ['TABLE', 'COLUMN', 'RULE', 'BY'], rows, whenEmpty: '' }, paint)}`
}

function notesText({ notes }: DataWorkReply): string {
  return notes.map((note) => `${note}\n`).join('')
}

function scanText({ scan }: DataWorkReply, paint: Paint): string {
  if (scan === undefined) return ''
  const looked = `${scan.rows} rows were looked at, for ${scan.sought} protected values and for forms`
  if (scan.found === 0) return `\n${paint.green('Nothing arrived that should not have.')} ${looked}.\n${unreadText(scan.unread)}`
  const rows = scan.findings.map((each) => [each.table, each.column, each.id, each.what, each.rule, each.from ?? ''])
  const list = table({ headings: ['TABLE', 'COLUMN', 'ROW', 'WHAT', 'RULE', 'FROM'], rows, whenEmpty: '' }, paint)
  const more = scan.found > scan.findings.length ? `and ${scan.found - scan.findings.length} more\n` : ''
  return `\n${paint.red(`${scan.found} places hold what should not be there.`)} ${looked}.\n${list}${more}${unreadText(scan.unread)}`
}

function unreadText(unread: readonly string[]): string {
  return unread.map((each) => `Not looked at: ${each}\n`).join('')
}
