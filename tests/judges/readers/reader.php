<?php
// PHP: parse_str, as $_GET is made, and json_decode.

const WATCHED = ['kind', 'entity_type', 'expand'];
const OTHER = '(no text)';

function texts($value): array {
    if (!is_array($value)) {
        return [is_string($value) ? $value : OTHER];
    }
    $texts = [];
    foreach ($value as $key => $inner) {
        if (is_string($key)) {
            $texts[] = $key;
        }
        array_push($texts, ...texts($inner));
    }
    return $texts;
}

function query(string $text): array {
    parse_str($text, $read);
    $seen = [];
    foreach (WATCHED as $name) {
        if (array_key_exists($name, $read)) {
            $seen[$name] = texts($read[$name]);
        }
    }
    return [(object) $seen];
}

function body(string $text): array {
    $read = json_decode($text, true);
    if (json_last_error() !== JSON_ERROR_NONE) {
        return [];
    }
    $seen = [];
    if (is_array($read) && is_array($read['callback'] ?? null) && array_key_exists('event', $read['callback'])) {
        $event = $read['callback']['event'];
        $seen['event'] = [is_string($event) ? $event : OTHER];
    }
    return [(object) $seen];
}

while (($line = fgets(STDIN)) !== false) {
    [$kind, $hexadecimal] = explode(' ', rtrim($line, "\n"), 2);
    $text = hex2bin($hexadecimal);
    $ways = $kind === 'q' ? query($text) : body($text);
    echo json_encode($ways, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
