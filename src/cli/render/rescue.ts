import type { RescueReply, RestoreViewReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { stateText, timeText } from './words.ts'

/** One rescue for people: what it holds, until when, and how it was restored. */
export function rescueText(record: RescueReply, paint: Paint): string {
  const { rescue, environmentId } = record
  const head = `${paint.bold(rescue.id)}  from ${environmentId}, ${originText(record)}\n`
  const kept = record.removedAt === undefined ? `kept until ${timeText(rescue.keepUntil)}` : `deleted ${timeText(record.removedAt)}`
  const items = table(
    {
      headings: ['TABLE', 'COLUMNS', 'ROWS', 'BYTES'],
      rows: rescue.items.map((item) => [placeText(item), columnsText(item), String(item.rows), String(item.size)]),
      whenEmpty:
        record.layer === undefined
          ? 'It holds nothing.'
          : `${record.layer.kind} ${record.layer.name}, as a solution file of ${record.layer.size} bytes.`,
    },
    paint,
  )
  return `${head}saved ${timeText(rescue.savedAt)}, ${kept}\n\n${items}${record.restores.map((restore) => restoreText(restore, paint)).join('')}`
}

/** What it was saved before, or for. */
export function originText({ solution, version, promotionId, repair, layer }: RescueReply): string {
  if (layer !== undefined) return `the change by hand on ${layer.name} of ${solution}, before it was reverted (${layer.workId})`
  if (repair !== undefined) return `${repair.holds} (${repair.recoveryId})`
  return `before ${solution} ${version} (promotion ${promotionId})`
}

/** What a restore would write, and what stands in its way. */
export function placesText({ record, places }: RestoreViewReply, paint: Paint): string {
  const rows = places.map((place) => [
    placeText(place),
    columnsText(place),
    String(place.rows),
    place.isThere
      ? place.missing.length === 0
        ? paint.green('there')
        : paint.red(`missing: ${place.missing.join(', ')}`)
      : paint.red('not there'),
  ])
  const list = table({ headings: ['TABLE', 'COLUMNS', 'ROWS', 'PLACE'], rows, whenEmpty: 'It holds nothing.' }, paint)
  const warning =
    'Plug-ins and flows of these tables run as rows are written; switch off those that must not. What is there now is never overwritten.\n'
  return `Nothing was written. ${record.rescue.id} would write into ${record.environmentId}:\n${list}${warning}`
}

function placeText({ table, regarding }: { readonly table: string; readonly regarding?: string | undefined }): string {
  return regarding === undefined ? table : `${table} of ${regarding}`
}

const partWords = { values: 'values', contents: 'files and images', links: 'links' } as const

function restoreText(restore: RescueReply['restores'][number], paint: Paint): string {
  const head = `\n${paint.bold(`Restore by ${restore.by}`)}  ${stateText(restore.status.state, paint)}  ${timeText(restore.startedAt)}${restore.reason === '' ? '' : `: ${restore.reason}`}\n`
  const parts = restore.done.map(
    (done) => `  ${placeText(done)}, ${partWords[done.part]}: ${done.written} written${keptText(done)}${refusedText(done, paint)}\n`,
  )
  const broke = restore.status.state === 'errored' ? `  ${paint.red(restore.status.code)} ${restore.status.message}\n` : ''
  return `${head}${parts.join('')}${broke}`
}

function keptText({ kept = 0 }: RescueReply['restores'][number]['done'][number]): string {
  return kept === 0 ? '' : `, ${kept} kept as they are now`
}

function refusedText(done: RescueReply['restores'][number]['done'][number], paint: Paint): string {
  if (done.refused === 0) return ''
  const examples = done.examples.map((each) => `\n    ${each.id}: ${each.message}`).join('')
  const more = done.refused > done.examples.length ? `\n    and ${done.refused - done.examples.length} more` : ''
  return `, ${paint.red(`${done.refused} refused`)}${examples}${more}`
}

export function columnsText({ columns, contents }: Pick<RescueReply['rescue']['items'][number], 'columns' | 'contents'>): string {
  if (contents === true) return columns === undefined ? 'files and images' : `files and images of ${columns.join(', ')}`
  return columns === undefined ? 'whole rows' : columns.join(', ')
}
