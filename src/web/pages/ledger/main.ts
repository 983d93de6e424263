import '../../styles.css';
import { createApp } from 'vue';
import LedgerPage from './LedgerPage.vue';

createApp(LedgerPage).mount('#app');
