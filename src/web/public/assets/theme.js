// Runs before the first paint, so that a remembered theme does not flash. `lib/theme.ts` writes what it reads.
// The server lets browsers keep it for a year: who changes it counts ?v= up in the HTML files.
try {
  const theme = localStorage.getItem('ultronex.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}
