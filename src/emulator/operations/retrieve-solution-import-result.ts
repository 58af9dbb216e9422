import { ODataError } from '../errors.ts'
import type { Operation } from './operation.ts'

/** How an import ended, in short (web-api A.1, A.4). */
export const retrieveSolutionImportResult: Operation = {
  name: 'RetrieveSolutionImportResult',
  kind: 'function',
  parameters: { ImportJobId: { type: 'guid', required: true } },
  async run(ctx, params) {
    const id = String(params.ImportJobId).toLowerCase()
    const job = ctx.env.read((tx) => tx.get('importjob', id))
    // InvalidImportJobId (facts-2 §1.5).
    if (job === undefined) throw new ODataError(404, '0x80044252', `The import job ${id} does not exist.`)
    if (job.completedon === null)
      throw new ODataError(400, '0x80040216', `The import job ${id} has not ended yet; its result is known when it has.`)
    const errors = errorTexts(String(job.data ?? ''))
    const isPassed = errors.length === 0 && job.progress === 100
    const result = { Type: 'Import', Status: isPassed ? 'Passed' : 'Failed', ActionLink: null, ErrorMessages: errors, WarningMessages: [] }
    return { status: 200, body: { SolutionOperationResult: result } }
  },
}

function errorTexts(data: string): string[] {
  const texts = [...data.matchAll(/<result result="failure"[^>]*errortext="([^"]*)"/g)].map((match) => unescape(match[1] ?? ''))
  return [...new Set(texts)]
}

function unescape(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
}
