import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, openLocal, rowsOf } from './organisation.ts'

type Row = Record<string, unknown>

// A live organisation would keep what these cases make.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('asking of many rows', () => {
  let organisation: Organisation
  const get = (path: string, prefer?: string): Promise<Answer> =>
    organisation.call('GET', path, prefer === undefined ? {} : { headers: { prefer } })
  const fetched = async (set: string, xml: string, prefer?: string): Promise<readonly Row[]> =>
    rowsOf(await get(`${set}?fetchXml=${encodeURIComponent(xml)}`, prefer))
  const applied = async (set: string, apply: string, prefer?: string): Promise<readonly Row[]> =>
    rowsOf(await get(`${set}?$apply=${encodeURIComponent(apply)}`, prefer))
  const found = async (set: string, filter: string, column = 'name'): Promise<unknown[]> =>
    rowsOf(await get(`${set}?$select=${column}&$orderby=${column}&$filter=${encodeURIComponent(filter)}`)).map((row) => row[column])

  beforeAll(async () => {
    organisation = await openLocal()
    const contact = (lastname: string, tasks: number): Row => ({
      lastname,
      gendercode: lastname === 'Nora' ? 2 : 1,
      Contact_Tasks: Array.from({ length: tasks }, (_, at) => ({ subject: `${lastname} ${at}` })),
    })
    const accounts: Row[] = [
      { name: 'Alpha', numberofemployees: 10, customertypecode: 3, contact_customer_accounts: [contact('Nora', 2), contact('Olaf', 0)] },
      { name: 'Beta', numberofemployees: 20, customertypecode: 3, description: 'Beta', contact_customer_accounts: [contact('Pia', 1)] },
      { name: 'Gamma', numberofemployees: 30, customertypecode: 5, creditonhold: true },
      { name: 'Delta' },
    ]
    for (const body of accounts) {
      const made = await organisation.call('POST', 'accounts', { body })
      expect(made.status, made.text).toBe(204)
    }
  })
  afterAll(() => organisation.close())

  describe('by $apply', () => {
    it('counts, sums, averages and finds extremes and different values', async () => {
      const [row] = await applied(
        'accounts',
        `filter(numberofemployees ne null)/aggregate($count as n,numberofemployees with sum as total,numberofemployees with average as mean,
          numberofemployees with min as least,numberofemployees with max as most,customertypecode with countdistinct as kinds)`,
      )
      expect(row).toEqual({ n: 3, total: 60, mean: 20, least: 10, most: 30, kinds: 2 })
    })

    it('groups, in the form and with the formatted values of the service', async () => {
      const rows = await applied('accounts', 'groupby((customertypecode),aggregate($count as count))', 'odata.include-annotations="*"')
      expect(rows.find((row) => row['customertypecode'] === 3)).toEqual({
        'customertypecode@OData.Community.Display.V1.FormattedValue': 'Customer',
        customertypecode: 3,
        'count@OData.Community.Display.V1.FormattedValue': '2',
        count: 2,
      })
      expect((await applied('accounts', 'groupby((customertypecode))')).map((row) => row['customertypecode'])).toHaveLength(3)
    })

    it('refuses to group by dates and to order by what was computed', async () => {
      expect((await get('accounts?$apply=groupby((createdon))')).status).toBe(400)
      const ordered = await get('accounts?$apply=groupby((statuscode),aggregate($count as n))&$orderby=n')
      expect([ordered.status, errorOf(ordered).message]).toEqual([400, 'The query node SingleValueOpenPropertyAccess is not supported.'])
    })
  })

  describe('by $filter', () => {
    it('asks collections for any and all, also when they are empty', async () => {
      expect(await found('accounts', "contact_customer_accounts/any(c:c/lastname eq 'Olaf')")).toEqual(['Alpha'])
      expect(await found('accounts', 'not contact_customer_accounts/any()')).toEqual(['Delta', 'Gamma'])
      expect(await found('accounts', 'contact_customer_accounts/any() and contact_customer_accounts/all(c:c/gendercode eq 1)')).toEqual([
        'Beta',
      ])
      expect(await found('accounts', "contact_customer_accounts/any(c:c/Contact_Tasks/any(t:contains(t/subject,'1')))")).toEqual(['Alpha'])
      expect((await get('accounts?$filter=contact_customer_accounts/any(c:c/nonsense eq 1)')).status).toBe(400)
    })

    it('takes the query functions, null, dates and columns of one row', async () => {
      const call = (name: string, more: string): string => `Microsoft.Dynamics.CRM.${name}(PropertyName=${more})`
      expect(await found('accounts', call('NotIn', "'name',PropertyValues=['Alpha','Beta']"))).toEqual(['Delta', 'Gamma'])
      expect(await found('accounts', call('Between', "'numberofemployees',PropertyValues=['10','20']"))).toEqual(['Alpha', 'Beta'])
      expect(
        await found('accounts', `${call('EqualUserId', "'ownerid'")} and name eq 'Alpha'`.replace("'ownerid'", "'_ownerid_value'")),
      ).toEqual(['Alpha'])
      expect(await found('accounts', call('Last7Days', "'createdon'"))).toHaveLength(4)
      expect(await found('accounts', call('OlderThanXDays', "'createdon',PropertyValue=1"))).toEqual([])
      expect(await found('accounts', 'numberofemployees eq null')).toEqual(['Delta'])
      expect(await found('accounts', 'createdon gt 2020-01-01')).toHaveLength(4)
      expect(await found('accounts', 'name eq description')).toEqual(['Beta'])
    })
  })

  describe('by $expand', () => {
    it('filters, orders and cuts a collection', async () => {
      const [row] = rowsOf(
        await get(
          "accounts?$select=name&$filter=name eq 'Alpha'&$expand=contact_customer_accounts($select=lastname;$filter=gendercode eq 1 or gendercode eq 2;$orderby=lastname desc;$top=1)",
        ),
      )
      expect(row?.['contact_customer_accounts']).toMatchObject([{ lastname: 'Olaf' }])
    })

    it('goes through a collection, which is then neither ordered nor cut', async () => {
      const through = (options: string): string =>
        `accounts?$filter=name eq 'Alpha'&$expand=contact_customer_accounts($select=lastname;${options}$expand=parentcustomerid_account($select=name))`
      const [row] = rowsOf(await get(through('')))
      expect(row?.['contact_customer_accounts']).toMatchObject([
        { parentcustomerid_account: { name: 'Alpha' } },
        { parentcustomerid_account: { name: 'Alpha' } },
      ])
      for (const option of ['$top=1;', '$orderby=lastname;']) {
        expect(errorOf(await get(through(option)))).toEqual({
          code: '0x80060888',
          message:
            'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.',
        })
      }
    })

    it('shows a collection whole, however short the page, with the link to it alone', async () => {
      const [row] = rowsOf(
        await get("accounts?$filter=name eq 'Alpha'&$expand=contact_customer_accounts($select=lastname)", 'odata.maxpagesize=1'),
      )
      expect(row?.['contact_customer_accounts']).toHaveLength(2)
      const link = String(row?.['contact_customer_accounts@odata.nextLink'])
      expect(link).toMatch(/\/contact_customer_accounts\?\$select=lastname$/)
      expect(rowsOf(await get(link))).toHaveLength(2)
    })

    it('pages collections where something else is expanded inside, and links to their next page', async () => {
      const nested = 'contact_customer_accounts($select=lastname;$expand=parentcustomerid_account($select=name))'
      const [row] = rowsOf(await get(`accounts?$filter=name eq 'Alpha'&$expand=${nested}`, 'odata.maxpagesize=1'))
      const first = row?.['contact_customer_accounts'] as readonly Row[]
      const rest = rowsOf(await get(String(row?.['contact_customer_accounts@odata.nextLink']), 'odata.maxpagesize=1'))
      expect([...first, ...rest].map((item) => item['lastname']).sort()).toEqual(['Nora', 'Olaf'])
    })

    it('refuses options of collections on a lookup, and more than fifteen expansions', async () => {
      expect((await get('contacts?$expand=parentcustomerid_account($top=1)')).status).toBe(400)
      const many = Array.from({ length: 16 }, () => 'primarycontactid').join(',')
      expect((await get(`accounts?$expand=${many}`)).status).toBe(400)
    })
  })

  describe('by FetchXML', () => {
    it('filters with groups, lists and patterns, and orders', async () => {
      const rows = await fetched(
        'accounts',
        `<fetch><entity name="account"><attribute name="name"/><order attribute="name" descending="true"/><filter type="or">
          <condition attribute="name" operator="in"><value>alpha</value><value>Delta</value></condition>
          <filter><condition attribute="numberofemployees" operator="between"><value>25</value><value>35</value></condition>
            <condition attribute="name" operator="like" value="G_mm%"/><condition attribute="creditonhold" operator="eq" value="1"/></filter>
        </filter></entity></fetch>`,
      )
      expect(rows.map((row) => row['name'])).toEqual(['Gamma', 'Delta', 'Alpha'])
      expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['@odata.etag', 'accountid', 'name'])
    })

    it('joins tables by links, inner and outer, with their own filters', async () => {
      const query = (type: string): string => `<fetch><entity name="account"><attribute name="name"/><order attribute="name"/>
        <link-entity name="contact" from="parentcustomerid" to="accountid" alias="c" link-type="${type}"><attribute name="lastname"/><attribute name="lastname" alias="named"/>
        <order attribute="lastname"/><filter><condition attribute="gendercode" operator="eq" value="1"/></filter></link-entity></entity></fetch>`
      const inner = await fetched('accounts', query('inner'))
      expect(inner.map((row) => [row['name'], row['named']])).toEqual([
        ['Alpha', 'Olaf'],
        ['Beta', 'Pia'],
      ])
      expect((await fetched('accounts', query('outer'))).map((row) => row['name'])).toEqual(['Alpha', 'Beta', 'Delta', 'Gamma'])
    })

    it('finds rows without related ones by an outer link', async () => {
      const rows = await fetched(
        'accounts',
        `<fetch><entity name="account"><attribute name="name"/><order attribute="name"/><filter><condition entityname="c" attribute="contactid" operator="null"/></filter>
        <link-entity name="contact" from="parentcustomerid" to="accountid" alias="c" link-type="outer"/></entity></fetch>`,
      )
      expect(rows.map((row) => row['name'])).toEqual(['Delta', 'Gamma'])
    })

    it('aggregates over links, groups, and orders by an alias', async () => {
      const rows = await fetched(
        'accounts',
        `<fetch aggregate="true"><entity name="account"><attribute name="name" alias="account" groupby="true"/><order alias="tasks" descending="true"/>
        <link-entity name="contact" from="parentcustomerid" to="accountid"><link-entity name="task" from="regardingobjectid" to="contactid" link-type="outer">
        <attribute name="activityid" alias="tasks" aggregate="countcolumn"/></link-entity></link-entity></entity></fetch>`,
      )
      expect(rows).toEqual([
        { account: 'Alpha', tasks: 2 },
        { account: 'Beta', tasks: 1 },
      ])
      const [totals] = await fetched(
        'accounts',
        `<fetch aggregate="true"><entity name="account"><attribute name="accountid" alias="n" aggregate="count"/><attribute name="numberofemployees" alias="filled" aggregate="countcolumn"/>
        <attribute name="customertypecode" alias="kinds" aggregate="countcolumn" distinct="true"/><attribute name="numberofemployees" alias="mean" aggregate="avg"/></entity></fetch>`,
      )
      expect(totals).toEqual({ n: 4, filled: 3, kinds: 2, mean: 20 })
    })

    it('refuses an aggregate over more rows than it may examine', async () => {
      const answer = await get(
        `accounts?fetchXml=${encodeURIComponent('<fetch aggregate="true" aggregatelimit="3"><entity name="account"><attribute name="accountid" alias="n" aggregate="count"/></entity></fetch>')}`,
      )
      expect([answer.status, errorOf(answer).code, errorOf(answer).message]).toEqual([
        400,
        '0x8004E023',
        'AggregateQueryRecordLimit exceeded. Cannot perform this operation.',
      ])
    })

    it('pages by count and cookie, and says that there is more', async () => {
      const query = (more: string): string =>
        `accounts?fetchXml=${encodeURIComponent(`<fetch count="3" ${more}><entity name="account"><attribute name="name"/><order attribute="name"/></entity></fetch>`)}`
      const first = await get(query('returntotalrecordcount="true"'), 'odata.include-annotations="*"')
      expect(rowsOf(first).map((row) => row['name'])).toEqual(['Alpha', 'Beta', 'Delta'])
      expect(first.json['@Microsoft.Dynamics.CRM.morerecords']).toBe(true)
      expect(first.json['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(4)
      const token = String(first.json['@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'])
      const cookie = decodeURIComponent(decodeURIComponent(/pagingcookie="([^"]+)"/.exec(token)?.[1] ?? ''))
      const escaped = cookie.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
      const second = await get(query(`page="2" paging-cookie="${escaped}"`), 'odata.include-annotations="*"')
      expect(rowsOf(second).map((row) => row['name'])).toEqual(['Gamma'])
      expect(second.json['@Microsoft.Dynamics.CRM.morerecords']).toBeUndefined()
      expect(rowsOf(await get(query('page="2"'))).map((row) => row['name'])).toEqual(['Gamma'])
    })

    it('gives different rows once', async () => {
      const rows = await fetched(
        'accounts',
        '<fetch distinct="true"><entity name="account"><attribute name="customertypecode"/><filter><condition attribute="customertypecode" operator="not-null"/></filter></entity></fetch>',
      )
      expect(rows.map((row) => row['customertypecode']).sort()).toEqual([3, 5])
    })

    it.each([
      [
        '<fetch><entity name="account"><attribute name="nonsense"/></entity></fetch>',
        400,
        '0x80041103',
        "attribute with Name = 'nonsense'",
      ],
      ['<fetch><entity name="account">', 400, '0x80040201', 'Invalid XML.'],
      ['<fetch><entity name="contact"/></fetch>', 400, '0x80060888', "'contact'"],
      ['<fetch top="1" count="2"><entity name="account"/></fetch>', 400, '0x80041102', "'top'"],
      [
        '<fetch><entity name="account"><filter><condition attribute="name" operator="above" value="x"/></filter></entity></fetch>',
        501,
        '0x80040203',
        "'above'",
      ],
      [
        '<fetch><entity name="account"><link-entity name="contact" from="contactid" to="primarycontactid" link-type="exists"/></entity></fetch>',
        501,
        '0x80040203',
        "'exists'",
      ],
    ])('refuses %s', async (xml, status, code, message) => {
      const answer = await get(`accounts?fetchXml=${encodeURIComponent(xml)}`)
      expect(answer.status).toBe(status)
      expect(errorOf(answer)).toMatchObject({ code, message: expect.stringContaining(message) })
    })
  })

  it('counts to five thousand and says when there are more', async () => {
    const rows = Array.from({ length: 5001 }, (_, at) => `Counted ${at}`)
    for (let at = 0; at < rows.length; at += 1000) await createTasks(rows.slice(at, at + 1000))
    expect((await get("tasks/$count?$filter=startswith(subject,'Counted')")).text).toBe('5000')
    const counted = await get("tasks?$count=true&$top=1&$filter=startswith(subject,'Counted')", 'odata.include-annotations="*"')
    expect(counted.json).toMatchObject({
      '@odata.count': 5000,
      '@Microsoft.Dynamics.CRM.totalrecordcount': 5000,
      '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': true,
    })
    const [exact] = await applied('tasks', "filter(startswith(subject,'Counted'))/aggregate($count as n)")
    expect(exact).toEqual({ n: 5001 })
  })

  it('examines fifty thousand rows for an aggregate, and refuses one more', async () => {
    const before = (await applied('tasks', 'aggregate($count as n)'))[0]?.['n']
    const missing = 50_000 - Number(before)
    for (let at = 0; at < missing; at += 1000) await createTasks(Array<string>(Math.min(1000, missing - at)).fill('Many'))
    const aggregate =
      '<fetch aggregate="true"><entity name="task"><attribute name="activityid" alias="n" aggregate="count"/></entity></fetch>'
    expect(await applied('tasks', 'aggregate($count as n)')).toEqual([{ n: 50_000 }])
    expect(await fetched('tasks', aggregate)).toMatchObject([{ n: 50_000 }])
    await createTasks(['One more'])
    for (const query of ['$apply=aggregate($count as n)', `fetchXml=${encodeURIComponent(aggregate)}`]) {
      const refused = await get(`tasks?${query}`)
      expect([refused.status, errorOf(refused)]).toEqual([
        400,
        { code: '0x8004E023', message: 'AggregateQueryRecordLimit exceeded. Cannot perform this operation.' },
      ])
    }
    // With fewer of them to examine it is possible again.
    expect(await applied('tasks', "filter(subject eq 'Many')/aggregate($count as n)")).toEqual([{ n: missing }])
  })

  async function createTasks(subjects: readonly string[]): Promise<void> {
    const parts = subjects.map((subject, at) =>
      [
        '--cs',
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        `Content-ID: ${at}`,
        '',
        'POST tasks HTTP/1.1',
        'Content-Type: application/json',
        '',
        JSON.stringify({ subject }),
      ].join('\r\n'),
    )
    const body = ['--b', 'Content-Type: multipart/mixed; boundary=cs', '', ...parts, '--cs--', '--b--', ''].join('\r\n')
    const answer = await organisation.call('POST', '$batch', { body, headers: { 'content-type': 'multipart/mixed; boundary=b' } })
    expect(answer.status, answer.text.slice(0, 500)).toBe(200)
  }
})
