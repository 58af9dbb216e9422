import { Button, makeStyles, Text, tokens } from '@fluentui/react-components'
import { SignOut20Regular } from '@fluentui/react-icons'
import { Link, Outlet } from '@tanstack/react-router'
import { type LiveState, useLiveUpdates } from '../live.ts'
import { readToken, signOut } from '../session.ts'
import { useViewer } from '../use-me.ts'
import { Brand } from './brand.tsx'

const useStyles = makeStyles({
  header: {
    display: 'flex',
    alignItems: 'center',
    gap: '16px',
    padding: '0 32px',
    height: '56px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    position: 'sticky',
    top: 0,
    zIndex: 1,
    '@media (max-width: 640px)': { padding: '0 16px', gap: '8px' },
  },
  home: { textDecorationLine: 'none', color: 'inherit', borderRadius: tokens.borderRadiusMedium },
  pages: {
    display: 'flex',
    flexWrap: 'wrap',
    padding: '0 24px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 640px)': { padding: '0 8px' },
  },
  page: {
    padding: '8px',
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    ':hover': { textDecorationLine: 'underline' },
  },
  here: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    boxShadow: `inset 0 -2px ${tokens.colorBrandStroke1}`,
  },
  spread: { flexGrow: 1 },
  live: { display: 'inline-flex', alignItems: 'center', gap: '6px', color: tokens.colorNeutralForeground2 },
  dot: { width: '8px', height: '8px', borderRadius: '50%', backgroundColor: tokens.colorPaletteGreenForeground1 },
  dotOff: { backgroundColor: tokens.colorPaletteYellowForeground1 },
  who: { '@media (max-width: 640px)': { display: 'none' } },
  out: { '@media (max-width: 640px)': { minWidth: 'auto', padding: '6px' } },
  outText: { '@media (max-width: 640px)': { display: 'none' } },
  main: { maxWidth: '1240px', margin: '0 auto', padding: '28px 32px 64px', '@media (max-width: 640px)': { padding: '20px 16px 48px' } },
  skip: {
    position: 'absolute',
    left: '-9999px',
    ':focus': { left: '8px', top: '8px', zIndex: 2, backgroundColor: tokens.colorNeutralBackground1, padding: '8px 12px' },
  },
})

/** Every page that stands for itself, in the order in which they are wanted. */
const pages = [
  { to: '/', text: 'Board' },
  { to: '/trains', text: 'Trains' },
  { to: '/waivers', text: 'Waivers' },
  { to: '/owed', text: 'Owed' },
  { to: '/readiness', text: 'Readiness' },
  { to: '/people', text: 'People' },
  { to: '/notifications', text: 'Notifications' },
  { to: '/policy', text: 'Policy' },
  { to: '/evidence', text: 'Evidence' },
] as const

const liveWords: Readonly<Record<LiveState, string>> = { connecting: 'Connecting', live: 'Live', interrupted: 'Reconnecting' }

/** What surrounds every page: who you are, whether the page is live, and the way home. */
export function Shell() {
  const styles = useStyles()
  const live = useLiveUpdates(readToken() ?? '')
  const { me } = useViewer()
  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.home} aria-label="Drover, to the board">
          <Brand />
        </Link>
        <span className={styles.spread} />
        <span className={styles.live} role="status">
          <span className={live === 'live' ? styles.dot : `${styles.dot} ${styles.dotOff}`} aria-hidden="true" />
          <Text size={200}>{liveWords[live]}</Text>
        </span>
        {me !== undefined && (
          <Text size={300} className={styles.who}>
            Signed in as <strong>{me.name}</strong>
          </Text>
        )}
        <Button appearance="subtle" icon={<SignOut20Regular />} onClick={signOut} aria-label="Sign out" className={styles.out}>
          <span className={styles.outText}>Sign out</span>
        </Button>
      </header>
      <nav aria-label="Pages" className={styles.pages}>
        {pages.map(({ to, text }) => (
          <Link key={to} to={to} className={styles.page} activeProps={{ className: styles.here }} activeOptions={{ exact: to === '/' }}>
            {text}
          </Link>
        ))}
      </nav>
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  )
}
