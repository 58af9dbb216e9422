import { describe, expect, it } from 'vitest'
import { aiStepsOf, asksAiInFormula } from './read-ai.ts'

const dataverse = '/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps'
const step = (operationId: string, parameters: object = {}, apiId = dataverse) => ({ inputs: { host: { operationId, apiId }, parameters } })
const flow = (actions: object) => ({ name: 'Intake', definition: { properties: { definition: { actions } } } })

describe('what of a solution asks AI', () => {
  it('is found in the steps of flows, in branches and loops too', () => {
    const asking = {
      Read_it: step('aibuilderpredict_invoiceprocessingpretrained'),
      Check: {
        type: 'If',
        actions: {},
        else: { actions: { Each: { type: 'Foreach', actions: { Ask: step('aibuilderpredict_customprompt') } } } },
      },
      Try: step('PerformBoundActionWithOrganization', { entityName: 'msdyn_aimodels', actionName: 'Microsoft.Dynamics.CRM.QuickTest' }),
      Talk: step('ExecuteCopilot', {}, '/providers/Microsoft.PowerApps/apis/shared_microsoftcopilotstudio'),
    }
    expect(aiStepsOf(flow(asking)).sort()).toEqual(['Ask', 'Read_it', 'Talk', 'Try'].map((name) => `step ${name} of flow Intake`))
  })

  it('is not everything that the Dataverse connector does', () => {
    const others = { A: step('ListRecords', { entityName: 'msdyn_aimodels' }), B: step('PerformBoundAction', { entityName: 'accounts' }) }
    expect([aiStepsOf(flow(others)), aiStepsOf({ name: 'x', definition: undefined })]).toEqual([[], []])
  })

  it.each([
    ["'Sentiment model'.Predict({ Text: Input.Text })", true],
    ['Set(answer, AIReply("Say hello"))', true],
    ['AISummarizeRecord(Gallery.Selected)', true],
    ['Predicted(1) + CLAIReply2', false],
    ['Filter(Accounts, Name = "AI")', false],
  ])('is found in formulas: %s', (formula, asks) => {
    expect(asksAiInFormula(formula)).toBe(asks)
  })
})
