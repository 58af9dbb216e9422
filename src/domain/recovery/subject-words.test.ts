import { describe, expect, it } from 'vitest'
import { subjectWords } from './subject-words.ts'

describe('what a loss is about', () => {
  it('is said by its kind in words and its key, and as it is where it has no kind', () => {
    expect(['Attribute:permit.length', 'Entity:permit', 'the release'].map(subjectWords)).toEqual([
      'column permit.length',
      'table permit',
      'the release',
    ])
  })
})
