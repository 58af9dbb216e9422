import { describe, expect, it } from 'vitest'
import { bookkeeping, isHarmless, isSettingKind, isUntellable, realChanges } from './bookkeeping.ts'

describe('a layer', () => {
  it('that lists no attribute changes nothing: a row is not drift', () => {
    expect(isHarmless({ changed: [] })).toBe(true)
  })

  it('that lists bookkeeping only changes nothing, in whatever capitals', () => {
    expect(isHarmless({ changed: ['ModifiedOn', 'overwritetime', 'StateCode', 'displaymask'] })).toBe(true)
  })

  it('changes what is not bookkeeping, and only that', () => {
    const layer = { changed: ['modifiedon', 'displayname', 'isaudited'] }
    expect(realChanges(layer)).toEqual(['displayname', 'isaudited'])
    expect(isHarmless(layer)).toBe(false)
  })

  it('whose changes cannot be read counts as a change', () => {
    expect(realChanges({ changed: undefined })).toBeUndefined()
    expect(isHarmless({ changed: undefined })).toBe(false)
    expect(isUntellable({ changed: undefined })).toBe(false)
  })

  it('of a form that lists its XML alone cannot be told from one that the platform rewrote', () => {
    expect(isUntellable({ changed: ['formxml', 'formjson', 'modifiedon'] })).toBe(true)
    expect(isUntellable({ changed: ['FormXml'] })).toBe(true)
    expect(isHarmless({ changed: ['formxml'] })).toBe(false)
  })

  it('of a form that changes something else too was edited', () => {
    expect(isUntellable({ changed: ['formxml', 'name'] })).toBe(false)
    expect(isUntellable({ changed: ['modifiedon'] })).toBe(false)
  })
})

describe('bookkeeping', () => {
  it('names each attribute once, in lower case and with its source', () => {
    const names = bookkeeping.map(({ attribute }) => attribute)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(names.map((name) => name.toLowerCase()))
    expect(bookkeeping.filter(({ source }) => source === '')).toEqual([])
  })

  it('holds values of environment variables for settings, and their definitions not', () => {
    expect(isSettingKind('EnvironmentVariableValue')).toBe(true)
    expect(isSettingKind('EnvironmentVariableDefinition')).toBe(false)
  })
})
