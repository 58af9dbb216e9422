import { describe, expect, it } from 'vitest'
import { componentKinds, componentTypes, describeKind, kindOfType, typeOfKind } from './index.ts'

describe('component kinds', () => {
  it('names every number of the option set once', () => {
    const numbers = componentTypes.map(([number]) => number)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('calls a kind by its layer-table name, whatever spelling the manifest uses', () => {
    expect(kindOfType('1')).toBe('Entity')
    expect(kindOfType('60')).toBe('SystemForm')
    expect(kindOfType('environmentvariabledefinition')).toBe('EnvironmentVariableDefinition')
    expect(kindOfType('ConnectionReference')).toBe('connectionreference')
    expect(kindOfType('SettingDefinition')).toBe('SettingDefinition')
  })

  it('keeps a number that nobody published readable, both ways', () => {
    expect(kindOfType('10332')).toBe('ComponentType10332')
    expect(typeOfKind('ComponentType10332')).toBe('10332')
  })

  it('writes a custom connector as newer exports do', () => {
    expect(kindOfType('371')).toBe('Connector')
    expect(typeOfKind('Connector')).toBe('372')
    expect(typeOfKind('connectionreference')).toBeUndefined()
  })

  it('leads from every numbered kind to its number and back', () => {
    for (const [, kind] of componentTypes) expect(kindOfType(typeOfKind(kind) ?? '')).toBe(kind)
  })

  it('describes each kind once, and under a name that the manifest reader gives', () => {
    const names = componentKinds.map((kind) => kind.name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(kindOfType(typeOfKind(name) ?? name)).toBe(name)
    expect(describeKind('Privilege')).toBeUndefined()
    expect(describeKind('environmentvariabledefinition')?.title).toBe('Environment variable')
  })
})
