/** The Dataverse version that a local environment says it has. */
export const platformVersion = '9.2.25113.00182'
