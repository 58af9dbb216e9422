import { describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import { findDifferences } from './compare-exports.ts'

function model(version: string, roots: readonly string[], components: readonly string[]): SolutionModel {
  const rootComponents = roots.map((schemaName) => ({ type: '1', kind: 'Entity', id: undefined, schemaName, behavior: 0 as const }))
  return {
    manifest: {
      uniqueName: 'Contoso',
      displayName: 'Contoso',
      version: toId(version),
      isManaged: false,
      publisher: { uniqueName: 'contoso', displayName: 'Contoso', prefix: 'contoso', optionValuePrefix: undefined },
      patchOf: undefined,
      platformVersion: undefined,
      rootComponents,
      missingDependencies: [],
    },
    components: components.map((key) => ({ kind: 'Attribute', key, displayName: undefined, parent: undefined })),
    flows: [],
    connectionReferences: [],
    environmentVariables: [],
    texts: [],
  }
}

const source = model('1.0.0.0', ['contoso_loan'], ['contoso_loan.name', 'contoso_loan.amount'])

describe('the two exports of one release', () => {
  it('may differ by what a managed export leaves out', () => {
    expect(findDifferences(source, model('1.0.0.0', ['contoso_loan'], ['contoso_loan.name']))).toEqual([])
  })

  it('may not differ by version, by a root component, or by a component that came in between', () => {
    expect(findDifferences(source, model('1.0.0.1', ['contoso_loan'], []))).toEqual(['version 1.0.0.0 became 1.0.0.1'])
    expect(findDifferences(source, model('1.0.0.0', ['contoso_fee'], []))).toEqual([
      'Entity contoso_loan was taken out',
      'Entity contoso_fee was added',
    ])
    expect(findDifferences(source, model('1.0.0.0', ['contoso_loan'], ['contoso_loan.rate']))).toEqual([
      'Attribute contoso_loan.rate was added',
    ])
  })
})
