/** Names of environment variables that jobs may have. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/**
 * Variables that change how the loader, a shell or an interpreter runs a program: a caller could run code of its own with
 * them. The first line has those that the program sets itself.
 */
const refused = new RegExp(
  `^(?:${[
    'PATH|HOME|LANG|LC_.*|TZ|TMPDIR|USER|LOGNAME|SHELL|PWD|OLDPWD|HOSTNAME|DYNO|_|__proto__',
    'LD_.*|DYLD_.*|GLIBC_TUNABLES|MALLOC_.*|GCONV_PATH|NLSPATH|LOCPATH|RES_OPTIONS|LOCALDOMAIN|HOSTALIASES|GETCONF_DIR',
    // Shells set these themselves, so a script would not get the given value.
    'PPID|OPT(?:ARG|ERR|IND)|SHLVL|LINENO|RANDOM|SECONDS|E?UID|GROUPS',
    'IFS|ENV|BASH.*|SHELLOPTS|PROMPT_COMMAND|PS[0-4]|CDPATH|GLOBIGNORE|ZDOTDIR|FPATH',
    'NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_REPL_EXTERNAL_MODULE|NPM_CONFIG_.*|npm_config_.*',
    'PYTHON.*|PERL5.*|PERLLIB|RUBY.*|GEM_.*|BUNDLE_.*|PHPRC|PHP_INI_SCAN_DIR|LUA_.*',
    'CLASSPATH|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|GIT_.*|OPENSSL_.*|SSL_CERT_FILE|SSL_CERT_DIR|CURL_HOME|WGETRC',
    'EDITOR|VISUAL|PAGER|LESSOPEN|LESSCLOSE|TERMINFO|TERMINFO_DIRS|TERMCAP',
  ].join('|')})$`,
);

/** Returns why a job may not have a variable, with the remedy; null if it may. */
export function nameProblem(name: string): string | null {
  if (!variableName.test(name)) {
    return 'a variable has letters, digits and underscores, begins with no digit, and has 64 characters at most';
  }
  return refused.test(name)
    ? 'the variable changes how programs run, so a job cannot set it. Choose another name'
    : null;
}
