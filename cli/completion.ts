// The option table as completions for shells: `wasm2elf completion SHELL` prints a script that the shell reads. What an option lists itself
// (--cpu=help) is asked for when it is completed.

import { takesValue, type OptionRow, optionRows, type ValueRow } from './option-table.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What the words of a value are. */
type Completion =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'asked' }
  | { readonly kind: 'files' }
  | { readonly kind: 'directories' }
  | { readonly kind: 'none' };

/** By the placeholder of a value: what is a path. */
const paths: Readonly<Record<string, 'files' | 'directories'>> = { file: 'files', dir: 'directories', 'host[::guest]': 'files' };

function completionOf(row: ValueRow): Completion {
  if (row.kind === 'choice') return { kind: 'words', words: row.choices.map(String) };
  if (row.lists === true) return { kind: 'asked' };
  return { kind: paths[row.value] ?? 'none' };
}

/** The options with how each is written, and what completes its value. */
const rows = optionRows
  .filter((row) => row.kind !== 'passthrough')
  .map((row) => ({ row, spellings: spellingsOf(row), completion: takesValue(row) ? completionOf(row) : undefined }));

function spellingsOf({ name, short }: OptionRow): string[] {
  return [name.length === 1 ? `-${name}` : `--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

/** The script for a shell. */
export function completionScript(shell: Shell): string {
  return scripts[shell]();
}

const scripts: Readonly<Record<Shell, () => string>> = { bash, zsh, fish };

/** Options that only take a value behind `=` cannot be followed by it as a word of its own. */
function takesWord(row: OptionRow): boolean {
  return takesValue(row) && row.implied === undefined;
}

// ---- bash

function bash(): string {
  const cases = rows.flatMap(({ row, spellings, completion }) => {
    const words = completion === undefined ? undefined : bashWords(spellings[0]!, completion);
    return words === undefined ? [] : [`    ${spellings.join(' | ')}) ${words} ;;`].filter(() => takesValue(row));
  });
  const followed = rows.filter(({ row }) => takesWord(row)).flatMap(({ spellings }) => spellings);
  const long = rows.flatMap(({ row, spellings }) =>
    spellings.flatMap((word) => (word.startsWith('--') && takesValue(row) && !takesWord(row) ? [word, `${word}=`] : [word])),
  );
  return `# Completions of wasm2elf for bash: eval "$(wasm2elf completion bash)"
_wasm2elf() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} option=
  # = is a word of its own.
  if [[ $word == = ]]; then
    option=$before word=
  elif [[ $before == = ]]; then
    option=\${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ " ${followed.join(' ')} " == *" $before "* ]]; then
    option=$before
  fi
  COMPREPLY=()
  case $option in
${cases.join('\n')}
    '')
      if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W '${long.join(' ')}' -- "$word"))
      else
        COMPREPLY=($(compgen -f -X '!*.wasm' -- "$word") $(compgen -d -- "$word"))
      fi ;;
  esac
}
complete -o filenames -F _wasm2elf wasm2elf
`;
}

function bashWords(option: string, completion: Completion): string | undefined {
  switch (completion.kind) {
    case 'words':
      return `COMPREPLY=($(compgen -W '${completion.words.join(' ')}' -- "$word"))`;
    case 'asked':
      return `COMPREPLY=($(compgen -W "$(${asking(option)})" -- "$word"))`;
    case 'files':
      return `COMPREPLY=($(compgen -f -- "$word"))`;
    case 'directories':
      return `COMPREPLY=($(compgen -d -- "$word"))`;
    case 'none':
      return 'true';
  }
}

/** The command whose lines begin with what an option accepts. */
function asking(option: string): string {
  return `wasm2elf ${option}=help 2>/dev/null | cut -d " " -f 1`;
}

// ---- zsh

function zsh(): string {
  const specs = rows.flatMap(({ row, spellings, completion }) =>
    spellings.map((word) => {
      const help = zshText(firstSentence(row.help));
      if (completion === undefined) return `${row.kind === 'count' ? '*' : ''}${word}[${help}]`;
      const value = `${takesValue(row) ? zshText(row.value) : ''}:${zshAction(spellings[0]!, completion)}`;
      const assigned = word.startsWith('--') ? (takesWord(row) ? '=' : '=-') : '-';
      return `${row.kind === 'repeated' ? '*' : ''}${word}${assigned}[${help}]${takesWord(row) ? ':' : '::'}${value}`;
    }),
  );
  return `#compdef wasm2elf
# Completions of wasm2elf for zsh: wasm2elf completion zsh > a folder of $fpath, as _wasm2elf
_wasm2elf() {
  _arguments -s -S \\
${specs.map((spec) => `    '${spec}' \\`).join('\n')}
    '*:module:_files -g "*.wasm"'
}
_wasm2elf "$@"
`;
}

function zshAction(option: string, completion: Completion): string {
  switch (completion.kind) {
    case 'words':
      return `(${completion.words.join(' ')})`;
    case 'asked':
      return `{compadd -- \${(f)"$(${asking(option)})"}}`;
    case 'files':
      return '_files';
    case 'directories':
      return '_files -/';
    case 'none':
      return ' ';
  }
}

/** In brackets of _arguments, within single quotes. */
function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");
}

// ---- fish

function fish(): string {
  const lines = rows.map(({ row, completion }) => {
    const names = row.name.length === 1 ? `-s ${row.name}` : `-l ${row.name}${row.short === undefined ? '' : ` -s ${row.short}`}`;
    const required = takesWord(row) ? ' -r' : '';
    return `complete -c wasm2elf ${names}${required}${completion === undefined ? '' : fishWords(`--${row.name}`, completion)} -d '${fishText(firstSentence(row.help))}'`;
  });
  return `# Completions of wasm2elf for fish: wasm2elf completion fish > ~/.config/fish/completions/wasm2elf.fish
complete -c wasm2elf -f -a '(__fish_complete_suffix .wasm)'
${lines.join('\n')}
`;
}

function fishWords(option: string, completion: Completion): string {
  switch (completion.kind) {
    case 'words':
      return ` -f -a '${completion.words.join(' ')}'`;
    case 'asked':
      return ` -f -a '(${asking(option)})'`;
    case 'files':
      return ' -F';
    case 'directories':
      return " -f -a '(__fish_complete_directories)'";
    case 'none':
      return ' -f';
  }
}

function fishText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}

function firstSentence(text: string): string {
  return /^.*?[.:;](?=\s|$)/.exec(text)?.[0].slice(0, -1) ?? text;
}
