import { describe, expect, it } from 'vitest'
import { need } from '../../../test/support/needs.ts'
import { nameOrigins } from './unmanaged-origins.ts'

const harbours = { uniqueName: 'Harbours', components: ['Entity:hand_harbours', 'Attribute:hand_harbours.hand_name'] }

function unmanaged(table: string, solution = 'Active') {
  const one = need('Active', '1.0.0.0')
  return { ...one, required: { ...one.required, schemaName: table, solution } }
}

function originsOf(...dependencies: readonly ReturnType<typeof unmanaged>[]): readonly string[] {
  return nameOrigins(dependencies, [harbours]).map(({ required }) => required.solution)
}

describe('what an export could name no solution of', () => {
  it('comes from the solution that has it, in any case of its name', () => {
    expect(originsOf(unmanaged('hand_harbours'), unmanaged('Hand_Harbours', ''), unmanaged('hand_harbours', 'Default'))).toEqual([
      'Harbours',
      'Harbours',
      'Harbours',
    ])
  })

  it('stays nobody’s where no solution that is known has it', () => {
    expect(originsOf(unmanaged('hand_boats'), unmanaged('hand_name'))).toEqual(['Active', 'Active'])
  })

  it('is not looked for where the export named a solution', () => {
    expect(originsOf(unmanaged('hand_harbours', 'Vendor'), unmanaged('hand_harbours', 'System'))).toEqual(['Vendor', 'System'])
  })

  it('is a column of the table that is named with it, and not one of another table', () => {
    const column = unmanaged('hand_name')
    const of = (parentSchemaName: string) => ({ ...column, required: { ...column.required, parentSchemaName } })
    expect(originsOf(of('hand_harbours'), of('hand_boats'))).toEqual(['Harbours', 'Active'])
  })
})
