import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinTestReports, maxTestReportBytes, readTestReport } from './read-test-report.ts'

const read = (xml: string) => readTestReport(new TextEncoder().encode(xml), 'results.xml')
const counts = (xml: string) => {
  const { tests, failures, skipped } = read(xml)
  return [tests, failures, skipped]
}
const unreadable = (why: string) => expect.objectContaining({ code: 'tests.unreadable', message: expect.stringContaining(why) as string })

describe('a test report in the form of', () => {
  it('Surefire counts what it lists, and not a rerun that passed in the end', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="PermitTest" time="1.2" tests="4" errors="1" skipped="1" failures="0">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="grants" classname="contoso.PermitTest" time="0.1"/>
  <testcase name="flaps" classname="contoso.PermitTest"><flakyFailure message="first time"/><system-out><![CDATA[<failure>]]></system-out></testcase>
  <testcase name="later" classname="contoso.PermitTest"><skipped message="not yet"/></testcase>
  <testcase name="breaks" classname="contoso.PermitTest"><error message="null" type="NPE">at x</error><rerunError message="again"/></testcase>
</testsuite>`
    expect(counts(xml)).toEqual([4, 1, 1])
    expect(read(xml).failed).toEqual([{ name: 'contoso.PermitTest.breaks', message: 'null' }])
  })

  it('pytest counts an error of a teardown, and tells when it began', () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="0" tests="2" time="0.1" timestamp="2026-11-20T10:00:00.5+01:00" hostname="ci"><testcase classname="t" name="a"><failure message="assert 1 == 2">def</failure></testcase><testcase classname="t" name="b"><error message="teardown"/></testcase></testsuite></testsuites>`
    expect(counts(xml)).toEqual([2, 2, 0])
    expect(read(xml).begunAt).toBe('2026-11-20T10:00:00.5+01:00')
  })

  it('Jest and Mocha have a root with totals, which are counted once', () => {
    const xml = `<testsuites name="jest tests" tests="3" failures="1" errors="0" time="2"><testsuite name="a" errors="0" failures="1" skipped="1" timestamp="2026-11-20T10:00:00" tests="2"><testcase classname="a x" name="x"><failure>Error: expected
  1</failure></testcase><testcase classname="a y" name="y"><skipped/></testcase></testsuite><testsuite name="b" tests="1"><testcase name="z"/></testsuite></testsuites>`
    expect(counts(xml)).toEqual([3, 1, 1])
  })

  it('NUnit by its converter nests suites as deep as namespaces', () => {
    const xml = `<testsuites tests="3" failures="1"><testsuite name="Contoso" tests="3" failures="1"><testsuite name="Permits" tests="3" failures="1"><testcase name="A"/><testcase name="B" status="Inconclusive"/><testcase name="C" status="Ignored"/></testsuite></testsuite></testsuites>`
    expect(counts(xml)).toEqual([3, 1, 1])
  })

  it('GoogleTest tells by an attribute what did not run', () => {
    expect(
      counts(
        '<testsuites><testsuite name="g" tests="2"><testcase name="a" status="run" result="completed"/><testcase name="b" status="notrun" result="suppressed"/></testsuite></testsuites>',
      ),
    ).toEqual([2, 0, 1])
  })
})

describe('a test report that', () => {
  it('claims more failures than it shows has as many as it claims', () => {
    expect(counts('<testsuite name="s" tests="1" failures="0" errors="1"><testcase name="a"/></testsuite>')).toEqual([1, 1, 0])
  })

  it('has a suite that broke as a whole has a failure', () => {
    expect(counts('<testsuites><testsuite name="s"><error message="cannot load"/></testsuite></testsuites>')).toEqual([0, 1, 0])
  })

  it('claims more tests than it lists is unreadable', () => {
    expect(() => read('<testsuite name="s" tests="100"><testcase name="a"/></testsuite>')).toThrow(
      unreadable('claims 100 tests and lists 1'),
    )
  })

  it.each([
    ['is cut off', '<testsuite><testcase name="a"', 'results.xml'],
    ['is a page', '<html><body/></html>', 'root is <html>'],
    ['is of NUnit itself', '<test-run id="2"/>', 'root is <test-run>'],
    ['declares entities', '<!DOCTYPE a [<!ENTITY x "y">]><testsuite/>', 'DOCTYPE'],
    ['has no counts', '<testsuite tests="-1"/>', 'no count'],
    ['is empty', '', 'results.xml'],
    ['nests without end', `${'<testsuite>'.repeat(60)}${'</testsuite>'.repeat(60)}`, 'nested'],
  ])('%s is unreadable', (_what, xml, why) => {
    expect(() => read(xml)).toThrow(unreadable(why))
  })

  it('is larger than what is read is refused before it is', () => {
    expect(() => readTestReport(new Uint8Array(maxTestReportBytes + 1), 'results.xml')).toThrow(unreadable('bytes'))
  })
})

describe('several reports', () => {
  it('are one with all of their tests', () => {
    const whole = joinTestReports([
      read('<testsuite timestamp="2026-11-20T10:00:00Z"><testcase name="a"/></testsuite>'),
      read('<testsuite timestamp="2026-11-19T10:00:00Z"><testcase name="b"><failure/></testcase></testsuite>'),
    ])
    expect(whole).toMatchObject({ tests: 2, failures: 1, begunAt: '2026-11-20T10:00:00Z' })
  })
})

describe('any report', () => {
  it('has a failure as soon as any of its tests has one, wherever it stands', () => {
    const outcome = fc.constantFrom('', '<failure/>', '<error message="x"/>', '<skipped/>')
    fc.assert(
      fc.property(fc.array(fc.array(outcome, { maxLength: 5 }), { maxLength: 5 }), fc.integer({ min: 0, max: 3 }), (suites, depth) => {
        const inner = suites.map(
          (cases) => `<testsuite>${cases.map((each, at) => `<testcase name="${at}">${each}</testcase>`).join('')}</testsuite>`,
        )
        const xml = `<testsuites>${'<testsuite>'.repeat(depth)}${inner.join('')}${'</testsuite>'.repeat(depth)}</testsuites>`
        const all = suites.flat()
        expect(counts(xml)).toEqual([
          all.length,
          all.filter((each) => each.startsWith('<f') || each.startsWith('<e')).length,
          all.filter((each) => each === '<skipped/>').length,
        ])
      }),
    )
  })
})
