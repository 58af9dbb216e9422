import { z } from 'zod'
import { errorCode } from '#domain/kernel'
import type { Provisioning } from '#engine/ports'
import type { DataverseClient } from './client.ts'

const languagesReply = z.object({ RetrieveProvisionedLanguages: z.array(z.number()) })
const startReply = z.object({ AsyncOperationId: z.string() })
const organizationRow = z.object({ _basecurrencyid_value: z.string().nullish() })
const currencyRow = z.object({ isocurrencycode: z.string().nullish() })

/**
 * Languages and base currency. RetrieveProvisionedLanguages and ProvisionLanguageAsync {Language} → {AsyncOperationId} are in Microsoft's Web API
 * reference; `organization.basecurrencyid` points to the row of `transactioncurrency` that has the code. Unverified live.
 */
export function createProvisioning(client: DataverseClient): Provisioning {
  return {
    async fetchLanguages() {
      const reply = await client.call({
        operation: 'RetrieveProvisionedLanguages',
        path: 'RetrieveProvisionedLanguages()',
        reply: languagesReply,
      })
      return reply.RetrieveProvisionedLanguages
    },
    async startLanguage(code) {
      const operation = 'ProvisionLanguageAsync'
      const reply = await client.call({ operation, path: operation, body: { Language: code }, reply: startReply })
      return { asyncOperationId: reply.AsyncOperationId }
    },
    async fetchBaseCurrency() {
      try {
        const [organization] = await client.list('ReadRows', 'organizations?$select=_basecurrencyid_value', organizationRow)
        const id = organization?._basecurrencyid_value ?? undefined
        if (id === undefined) return undefined
        return (await client.find(`transactioncurrencies(${id})?$select=isocurrencycode`, currencyRow))?.isocurrencycode ?? undefined
      } catch (error) {
        if (errorCode(error) === 'dataverse.forbidden') return undefined
        throw error
      }
    },
  }
}
