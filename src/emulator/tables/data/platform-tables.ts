import type { ColumnFacts, Option } from './column-facts.ts'
import type { DeleteBehaviour } from './relation-facts.ts'

/** One target of a lookup, with the navigation properties of both ends. */
export interface PlatformLookup {
  readonly column: string
  readonly table: string
  readonly navigation: string
  readonly collection: string
  readonly onDelete: DeleteBehaviour
}

/** A table that every environment has from the start and that solutions extend. */
export interface PlatformTable {
  readonly logicalName: string
  readonly schemaName: string
  readonly setName: string
  readonly displayName: string
  readonly primaryId: string
  readonly primaryName: string
  readonly typeCode: number
  readonly ownership: 'user' | 'organization'
  readonly columns: readonly ColumnFacts[]
  /** Undefined for a table without states. */
  readonly states: readonly Option[] | undefined
  readonly reasons: readonly Option[] | undefined
  readonly lookups: readonly PlatformLookup[]
}

type Spec = Omit<PlatformTable, 'columns' | 'lookups' | 'displayName' | 'states' | 'reasons'> & {
  readonly columns: string
  /** Active and Inactive unless given. */
  readonly life?: 'none' | 'activity'
}

export const activeStates: readonly Option[] = [
  { value: 0, label: 'Active', defaultStatus: 1 },
  { value: 1, label: 'Inactive', defaultStatus: 2 },
]
export const activeReasons: readonly Option[] = [
  { value: 1, label: 'Active', state: 0 },
  { value: 2, label: 'Inactive', state: 1 },
]
const lives = {
  none: { states: undefined, reasons: undefined },
  record: { states: activeStates, reasons: activeReasons },
  activity: {
    states: [
      { value: 0, label: 'Open', defaultStatus: 2 },
      { value: 1, label: 'Completed', defaultStatus: 5 },
      { value: 2, label: 'Canceled', defaultStatus: 6 },
    ],
    reasons: [
      { value: 2, label: 'Not Started', state: 0 },
      { value: 3, label: 'In Progress', state: 0 },
      { value: 4, label: 'Waiting on someone else', state: 0 },
      { value: 7, label: 'Deferred', state: 0 },
      { value: 5, label: 'Completed', state: 1 },
      { value: 6, label: 'Canceled', state: 2 },
    ],
  },
} satisfies Record<string, Pick<PlatformTable, 'states' | 'reasons'>>

/** Who takes part in activities: rows that are parts of their activities, which bring and take them. */
export const partiesTable = 'activityparty'

/**
 * Columns as `name:type` words; behind the type a length, the labels of a choice as `1=First|2=Second`, or the targets of a lookup as
 * `table/navigation/collection`, with `/Cascade` where deleting the target deletes the row. Names and lengths are those of Microsoft's table reference
 * (learn.microsoft.com/power-apps/developer/data-platform/reference/entities/account and its sisters); a selection, not all of them.
 */
const specs: readonly Spec[] = [
  {
    logicalName: 'account',
    schemaName: 'Account',
    setName: 'accounts',
    primaryId: 'accountid',
    primaryName: 'name',
    typeCode: 1,
    ownership: 'user',
    columns: `name:nvarchar,160 accountnumber:nvarchar,20 telephone1:nvarchar,50 telephone2:nvarchar,50 telephone3:nvarchar,50
      fax:nvarchar,50 emailaddress1:nvarchar,100 emailaddress2:nvarchar,100 emailaddress3:nvarchar,100 websiteurl:nvarchar,200
      tickersymbol:nvarchar,10 sic:nvarchar,20 stockexchange:nvarchar,20 ftpsiteurl:nvarchar,200 yominame:nvarchar,160
      description:ntext,2000 numberofemployees:int sharesoutstanding:int revenue:money creditlimit:money marketcap:money
      creditonhold:bit donotemail:bit donotphone:bit donotfax:bit donotpostalmail:bit donotbulkemail:bit donotsendmm:bit
      primarycontactid:lookup,contact/primarycontactid/account_primary_contact
      parentaccountid:lookup,account/parentaccountid/account_parent_account
      customertypecode:picklist,1=Competitor|2=Consultant|3=Customer|4=Investor|5=Partner|6=Influencer|7=Press|8=Prospect|9=Reseller|10=Supplier|11=Vendor|12=Other
      ownershipcode:picklist,1=Public|2=Private|3=Subsidiary|4=Other accountcategorycode:picklist,1=Preferred_Customer|2=Standard
      preferredcontactmethodcode:picklist,1=Any|2=Email|3=Phone|4=Fax|5=Mail
      address1_line1:nvarchar,250 address1_line2:nvarchar,250 address1_line3:nvarchar,250 address1_city:nvarchar,80
      address1_stateorprovince:nvarchar,50 address1_postalcode:nvarchar,20 address1_country:nvarchar,80 address1_telephone1:nvarchar,50
      address1_latitude:float address1_longitude:float address2_line1:nvarchar,250 address2_city:nvarchar,80
      address2_stateorprovince:nvarchar,50 address2_postalcode:nvarchar,20 address2_country:nvarchar,80`,
  },
  {
    logicalName: 'contact',
    schemaName: 'Contact',
    setName: 'contacts',
    primaryId: 'contactid',
    primaryName: 'fullname',
    typeCode: 2,
    ownership: 'user',
    columns: `fullname:nvarchar,160,ro firstname:nvarchar,50 middlename:nvarchar,50 lastname:nvarchar,50 salutation:nvarchar,100 suffix:nvarchar,10
      nickname:nvarchar,100 jobtitle:nvarchar,100 department:nvarchar,100 emailaddress1:nvarchar,100 emailaddress2:nvarchar,100
      emailaddress3:nvarchar,100 telephone1:nvarchar,50 telephone2:nvarchar,50 telephone3:nvarchar,50 mobilephone:nvarchar,50
      fax:nvarchar,50 websiteurl:nvarchar,200 description:ntext,2000 externaluseridentifier:nvarchar,50 employeeid:nvarchar,50
      governmentid:nvarchar,50 spousesname:nvarchar,100 managername:nvarchar,100 assistantname:nvarchar,100 numberofchildren:int
      birthdate:date anniversary:date creditlimit:money annualincome:money creditonhold:bit donotemail:bit donotphone:bit donotfax:bit
      donotpostalmail:bit donotbulkemail:bit donotsendmm:bit
      parentcustomerid:customer,account/parentcustomerid_account/contact_customer_accounts/Cascade,contact/parentcustomerid_contact/contact_customer_contacts/Cascade
      gendercode:picklist,1=Male|2=Female familystatuscode:picklist,1=Single|2=Married|3=Divorced|4=Widowed
      preferredcontactmethodcode:picklist,1=Any|2=Email|3=Phone|4=Fax|5=Mail customertypecode:picklist,1=Default_Value
      address1_line1:nvarchar,250 address1_line2:nvarchar,250 address1_line3:nvarchar,250 address1_city:nvarchar,80
      address1_stateorprovince:nvarchar,50 address1_postalcode:nvarchar,20 address1_country:nvarchar,80 address1_telephone1:nvarchar,50
      address1_latitude:float address1_longitude:float address2_line1:nvarchar,250 address2_city:nvarchar,80
      address2_stateorprovince:nvarchar,50 address2_postalcode:nvarchar,20 address2_country:nvarchar,80`,
  },
  {
    logicalName: 'queue',
    schemaName: 'Queue',
    setName: 'queues',
    primaryId: 'queueid',
    primaryName: 'name',
    typeCode: 2020,
    ownership: 'user',
    columns: `name:nvarchar,200 emailaddress:nvarchar,100 description:ntext,2000
      queueviewtype:picklist,0=Public|1=Private`,
  },
  {
    logicalName: 'task',
    schemaName: 'Task',
    setName: 'tasks',
    primaryId: 'activityid',
    primaryName: 'subject',
    typeCode: 4212,
    life: 'activity',
    ownership: 'user',
    columns: `subject:nvarchar,200 description:ntext,2000 category:nvarchar,250 subcategory:nvarchar,250 scheduledstart:datetime
      scheduledend:datetime actualstart:datetime actualend:datetime percentcomplete:int actualdurationminutes:int
      prioritycode:picklist,0=Low|1=Normal|2=High
      regardingobjectid:lookup,account/regardingobjectid_account_task/Account_Tasks/Cascade,contact/regardingobjectid_contact_task/Contact_Tasks/Cascade`,
  },
  {
    logicalName: 'annotation',
    schemaName: 'Annotation',
    setName: 'annotations',
    primaryId: 'annotationid',
    primaryName: 'subject',
    typeCode: 5,
    life: 'none',
    ownership: 'user',
    columns: `subject:nvarchar,500 notetext:ntext,100000 filename:nvarchar,255 mimetype:nvarchar,256 isdocument:bit filesize:int,ro documentbody:ntext,1073741823
      objectid:lookup,account/objectid_account/Account_Annotation/Cascade,contact/objectid_contact/Contact_Annotation/Cascade,task/objectid_task/Task_Annotation/Cascade`,
  },
  {
    logicalName: partiesTable,
    schemaName: 'ActivityParty',
    setName: 'activityparties',
    primaryId: 'activitypartyid',
    primaryName: 'partyidname',
    typeCode: 135,
    life: 'none',
    ownership: 'organization',
    columns: `addressused:nvarchar,320 effort:float
      participationtypemask:picklist,1=Sender|2=To_Recipient|3=CC_Recipient|4=BCC_Recipient|5=Required_attendee|6=Optional_attendee|7=Organizer|8=Regarding|9=Owner|10=Resource|11=Customer|12=Chat_Participant|13=Related
      partyid:lookup,account/partyid_account/account_activity_parties,contact/partyid_contact/contact_activity_parties,queue/partyid_queue/queue_activity_parties,systemuser/partyid_systemuser/system_user_activity_parties
      activityid:lookup,task/activityid_task/task_activity_parties/Cascade`,
  },
  {
    logicalName: 'transactioncurrency',
    schemaName: 'TransactionCurrency',
    setName: 'transactioncurrencies',
    primaryId: 'transactioncurrencyid',
    primaryName: 'currencyname',
    typeCode: 9105,
    ownership: 'organization',
    columns: 'currencyname:nvarchar,100 isocurrencycode:nvarchar,5 currencysymbol:nvarchar,13 exchangerate:decimal currencyprecision:int',
  },
]

export const platformTables: ReadonlyMap<string, PlatformTable> = new Map(specs.map((spec) => [spec.logicalName, toTable(spec)]))

export const platformBySet: ReadonlyMap<string, string> = new Map(specs.map((spec) => [spec.setName, spec.logicalName]))

/** Logical names of the platform's tables by their object type codes, as LookupTypes in files name them. */
export const tableOfCode: ReadonlyMap<number, string> = new Map([
  ...specs.map((spec) => [spec.typeCode, spec.logicalName] as const),
  [8, 'systemuser'],
  [9, 'team'],
  [10, 'businessunit'],
])

function toTable(spec: Spec): PlatformTable {
  const words = spec.columns.split(/\s+/).map((word) => word.split(/[:,]/))
  const lookups = words.flatMap(([column = '', type = '', ...rest]) =>
    type !== 'lookup' && type !== 'customer'
      ? []
      : rest.map((target) => {
          const [table = '', navigation = column, collection = '', onDelete] = target.split('/')
          return {
            column,
            table,
            navigation,
            collection,
            onDelete: onDelete === 'Cascade' ? ('Cascade' as const) : ('RemoveLink' as const),
          }
        }),
  )
  return {
    ...spec,
    ...lives[spec.life ?? 'record'],
    displayName: spec.schemaName,
    columns: words.map((word) => toColumn(word, spec.primaryName)),
    lookups,
  }
}

function toColumn([name = '', type = '', first, last]: readonly string[], primaryName: string): ColumnFacts {
  const isReadOnly = first === 'ro' || last === 'ro'
  const isText = type === 'nvarchar' || type === 'ntext'
  return {
    name,
    schemaName: name,
    displayName: name,
    type: type === 'date' ? 'datetime' : type,
    isCustom: false,
    isPrimaryName: name === primaryName,
    isDateOnly: type === 'date',
    canCreate: !isReadOnly,
    canUpdate: !isReadOnly,
    ...(isText ? { maxLength: Number(first) } : {}),
    ...(type === 'picklist' ? { options: optionsIn(first ?? '') } : {}),
  }
}

function optionsIn(text: string): { readonly value: number; readonly label: string }[] {
  return text.split('|').map((item) => {
    const [value = '', label = ''] = item.split('=')
    return { value: Number(value), label: label.replaceAll('_', ' ') }
  })
}
