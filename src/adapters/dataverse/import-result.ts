import { z } from 'zod'
import type { Reason } from '#domain/kernel'
import type { ImportResult } from '#engine/ports'
import type { XmlElement } from '#format'
import { parseXml } from '#format'
import type { DataverseClient } from './client.ts'
import { strikeOut } from './strike-secrets.ts'

/** Messages are texts in recorded answers; an object form with Message is read too, since the type is a collection. */
const message = z.union([z.string(), z.object({ Message: z.string() }).transform((value) => value.Message)])

const resultReply = z.object({
  SolutionOperationResult: z.object({
    Status: z.union([z.string(), z.number()]),
    ErrorMessages: z.array(message).nullish(),
    WarningMessages: z.array(message).nullish(),
  }),
})

const jobRow = z.object({ data: z.string().nullish() })

/** An import whose operation succeeded may hold failed components, so the log of the job is read as well. */
export async function fetchImportResult(client: DataverseClient, importJobId: string): Promise<ImportResult> {
  const { SolutionOperationResult: result } = await client.call({
    operation: 'RetrieveSolutionImportResult',
    path: `RetrieveSolutionImportResult(ImportJobId=${importJobId})`,
    reply: resultReply,
  })
  const job = await client.find(`importjobs(${importJobId})?$select=data`, jobRow)
  const log = readImportLog(job?.data ?? '', importJobId)
  const errors = result.ErrorMessages ?? []
  const warnings = [...(result.WarningMessages ?? []), ...log.warnings]
  const kept = job?.data ?? ''
  const isSilent = kept.trim() === '' && errors.length + warnings.length + log.failed.length === 0
  const strike = isSilent ? strikeOut([]) : await client.makeStrike()
  return {
    isPassed: (result.Status === 'Passed' || result.Status === 1) && errors.length === 0 && log.failed.length === 0,
    errors: errors.map(strike),
    warnings: warnings.map(strike),
    failedComponents: log.failed.map(({ subject, message }) => ({ subject: strike(subject), message: strike(message) })),
    ...(kept.trim() === '' ? {} : { log: strike(kept) }),
  }
}

/** Components of an import log (importjob.data) whose own `result` is failure, and the texts of those with a warning. */
export function readImportLog(
  data: string,
  importJobId: string,
): { readonly failed: readonly Reason[]; readonly warnings: readonly string[] } {
  if (data.trim() === '') return { failed: [], warnings: [] }
  const failed: Reason[] = []
  const warnings: string[] = []
  const waiting = [parseXml(data, `log of import job ${importJobId}`)]
  for (let element = waiting.shift(); element !== undefined; element = waiting.shift()) {
    for (const child of element.children) {
      if (child.type !== 'element') continue
      if (child.name !== 'result') waiting.push(child)
      else if (attribute(child, 'result') === 'failure') failed.push({ subject: nameOf(element), message: textOf(child) })
      else if (attribute(child, 'result') === 'warning') warnings.push(`${nameOf(element)}: ${textOf(child)}`)
    }
  }
  return { failed, warnings }
}

function nameOf(element: XmlElement): string {
  const name = attribute(element, 'LocalizedName') || attribute(element, 'name') || attribute(element, 'id')
  return name === undefined ? element.name : `${element.name} ${name}`
}

function textOf(result: XmlElement): string {
  const code = attribute(result, 'errorcode')
  const text = attribute(result, 'errortext') || 'The platform gives no reason.'
  return code === undefined || code === '' || code === '0' ? text : `${code}: ${text}`
}

function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((candidate) => candidate.name === name)?.value
}
